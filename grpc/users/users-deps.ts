import type { EpochMs } from '../../common/clock.ts';
import type { Sealer } from '../../common/seal.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Files } from '../files/index.ts';
import type { FixedLimit, GrowingLimit, Limits } from '../limits/index.ts';
import type { Notifications } from '../notifications/index.ts';
import type { Passwords } from './passwords.ts';

/** Ends every open session of an account, in the transaction that makes it necessary. */
export type EndSessions = (
  tx: Tx,
  userId: string,
  because: 'password_reset' | 'password_changed' | 'suspended' | 'role_taken' | 'account_deleted',
  now: number,
  /** One that stays open. */
  keptSessionId?: string,
) => Promise<number>;

/** When someone logged in to a session; undefined unless it is open. */
type LoggedInAt = (reader: Reader, sessionId: string) => Promise<EpochMs | undefined>;
/** Takes away what else opens or closes an account: links to accounts elsewhere, a second factor. */
export type DropProofs = (tx: Tx, userId: string, now: number) => Promise<void>;

/** What this domain needs of files. */
type UsersFiles = Pick<Files, 'lockIn' | 'attachIn' | 'discardIn' | 'deleteAllOfIn'>;

/** What this domain needs of its neighbours. */
export interface UsersNeighbours {
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly files: UsersFiles;
  readonly endSessionsIn: EndSessions;
  readonly loggedInAt: LoggedInAt;
  /** Takes away what else opens or closes an account. */
  readonly dropProofsIn: DropProofs;
  readonly limits: Limits;
}

/** What the use cases of this domain are made of. */
export interface UsersDeps extends DomainDeps {
  readonly passwords: Passwords;
  readonly files: UsersFiles;
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly endSessionsIn: EndSessions;
  readonly loggedInAt: LoggedInAt;
  readonly dropProofsIn: DropProofs;
  /** Keeps e-mails in jobs unreadable. */
  readonly sealer: Sealer;
  readonly limits: {
    readonly signUps: FixedLimit;
    readonly verifications: FixedLimit;
    readonly resets: FixedLimit;
    readonly resetsFrom: FixedLimit;
    readonly emailChanges: FixedLimit;
    /** Failures to confirm by password who one is, by user. */
    readonly confirmations: GrowingLimit;
  };
}
