import type { Sealer } from '../../common/seal.ts';
import type { Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { FixedLimit, Limits } from '../limits/index.ts';
import type { Notifications } from '../notifications/index.ts';
import type { Passwords } from './passwords.ts';

/** Ends every open session of an account, in the transaction that makes it necessary. */
export type EndSessions = (
  tx: Tx,
  userId: string,
  because: 'password_reset' | 'suspended' | 'role_taken',
  now: number,
) => Promise<number>;

/** What this domain needs of its neighbours. */
export interface UsersNeighbours {
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly endSessionsIn: EndSessions;
  readonly limits: Limits;
}

/** What the use cases of this domain are made of. */
export interface UsersDeps extends DomainDeps {
  readonly passwords: Passwords;
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly endSessionsIn: EndSessions;
  /** Keeps e-mails in jobs unreadable. */
  readonly sealer: Sealer;
  readonly limits: {
    readonly signUps: FixedLimit;
    readonly verifications: FixedLimit;
    readonly resets: FixedLimit;
    readonly resetsFrom: FixedLimit;
  };
}
