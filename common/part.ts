/**
 * One of the kinds of process (grpc, realtime, api, workers, sandbox), running. The function that
 * starts a part resolves when it is ready to serve.
 */
export interface Part {
  /** Its name as `--only` takes it. */
  readonly name: string;
  /** Where it listens, for people; empty if it doesn't. */
  readonly address: string;
  /** Takes no new work and resolves when the work under way is done. */
  drain(): Promise<void>;
  /** Closes everything. Called after drain, and also when drain took too long. */
  stop(): Promise<void>;
}
