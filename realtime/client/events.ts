/** Calls listeners by the kind of event they asked for. */
export interface Emitter<Events> {
  /** Answers the function that takes the listener off again. */
  on<Kind extends keyof Events>(kind: Kind, listener: (event: Events[Kind]) => void): () => void;
  emit<Kind extends keyof Events>(kind: Kind, event: Events[Kind]): void;
  /** Takes all listeners off. */
  clear(): void;
}

type Listener = (event: never) => void;

/** A listener that throws is reported as an uncaught error; it stops nobody else. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<Listener>>();
  return {
    on(kind, listener) {
      const set = listeners.get(kind) ?? new Set();
      listeners.set(kind, set.add(listener));
      return () => set.delete(listener);
    },
    emit(kind, event) {
      for (const listener of listeners.get(kind) ?? []) {
        try {
          Reflect.apply(listener, undefined, [event]);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    clear() {
      listeners.clear();
    },
  };
}
