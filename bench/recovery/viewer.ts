/** What a viewer tells of itself. */
export interface ViewerEvents {
  readonly onMessage: (seq: number) => void;
  readonly onOnline: (resumed: boolean) => void;
  readonly onOffline: () => void;
  /** So many messages that it gave up. */
  readonly onLost: (count: number) => void;
}

/** One viewer, over a wire that can be cut. */
export interface Viewer {
  /** Cuts its connection; until `back()` no other comes about. */
  cut(): void;
  back(): void;
  close(): void;
}
