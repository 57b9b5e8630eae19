import type { ClientAddress } from '../../common/client-address.ts';
import type { EdgeAnswer } from './http-edge.ts';

/** Who gets as far as the framework, by address. The same for both transports. */
export interface Doorman {
  /** Whom a connection or a request is of. */
  readonly addressOf: ClientAddress;
  /** The refusal of a request to come back or, if it wants one, for a new seat. Never rejects. */
  mayAsk(address: string, wantsSeat: boolean): Promise<EdgeAnswer | undefined>;
  /** The room gave no seat after all. */
  seatNotGiven(address: string): void;
  /**
   * Counts a connection until the answer is called, which may be done twice; undefined where the
   * address has as many as it may.
   */
  mayConnect(address: string, connection: object): (() => void) | undefined;
  /** Close code of a connection that was one too many. */
  readonly refusedClose: number;
  /** Told of what failed in answering a request. */
  readonly onError: (error: unknown) => void;
}
