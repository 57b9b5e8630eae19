/** Servers that a benchmark of recovery runs against. */
export interface ChatSystem {
  readonly name: string;
  /** The kind of viewers, and what they need to come in; see viewers-service.ts. */
  readonly viewers: ViewersOf;
  /** Says something; resolves with its number when the servers have taken it. */
  say(text?: string): Promise<number>;
  /** Ends processes in an orderly way and starts them again, one after the other. */
  rollingRestart(): Promise<void>;
  /** SIGKILL of one process that holds viewers, which then starts again. */
  crash(): Promise<void>;
  readonly pids: () => Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export type ViewersOf =
  | {
      readonly kind: 'ours';
      readonly realtimeUrls: readonly string[];
      readonly apiUrl: string;
      readonly broadcastId: string;
    }
  | { readonly kind: 'socket.io'; readonly url: string };
