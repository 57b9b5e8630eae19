import type { MessageContext, Room } from '@colyseus/core';

/** Answers one message, or one request where `context` has an id. Messages of bytes have none. */
export type MessageHandler<C> = (
  client: C,
  message: unknown,
  context: MessageContext | undefined,
) => unknown;

/**
 * Makes `handlerFor(type)` answer every type that the room has no handler of its own for. The
 * framework's wildcard is for messages only: it answers unknown requests itself, in another form
 * than ours.
 */
export function answerUnknown<C>(
  room: Room,
  handlerFor: (type: string) => MessageHandler<C>,
): void {
  const registry: unknown = Reflect.get(room, 'onMessageEvents');
  const known: unknown =
    typeof registry === 'object' && registry !== null ? Reflect.get(registry, 'events') : undefined;
  if (typeof registry !== 'object' || registry === null || typeof known !== 'object' || !known) {
    throw new Error('the framework keeps its message handlers elsewhere');
  }
  const get = (handlers: object, type: string | symbol) =>
    Reflect.get(handlers, type) ?? [handlerFor(String(type))];
  Reflect.set(registry, 'events', new Proxy(known, { get }));
}
