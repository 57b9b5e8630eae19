import type { Viewer } from '../viewer.ts';

/** One request of a viewer. */
interface RoomRequest {
  readonly viewer: Viewer;
  /** What the client sent, not yet looked at. */
  readonly message: unknown;
  /** Names the request in logs, here and in the services. */
  readonly requestId: string;
}

/** Answers one kind of request. Refuses by throwing a DomainError. */
export type Handler = (request: RoomRequest) => Promise<unknown>;
