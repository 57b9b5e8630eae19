import type { Points as PointAmount } from '../../common/money.ts';
import { createBatcher, type Outcome, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { applyItems } from './apply-items.ts';
import { expireLots } from './expire-lots.ts';
import type { ChargeItem, HoldItem, LedgerItem, RefundItem } from './ledger-item.ts';
import type { KnownUsers } from './open-ledger.ts';
import { pointsPersonalData } from './personal-data.ts';
import { listTransfers, readBalance } from './store.ts';
import type { Transfer } from './transfer.ts';

export { pointsEntities } from './entities.ts';
export { AlreadyResolved } from './errors.ts';
export { createPointsService } from './service.ts';
export type { Transfer } from './transfer.ts';
export { sumOfBalances, verifyLedger } from './verify-ledger.ts';

type Input<Item> = Omit<Item, 'kind' | 'actor'>;

/** A user's balance. */
export interface PointBalance {
  /** Points that can be spent now; lapsed ones are not among them, swept up or not. */
  readonly available: number;
  /** Points set aside. */
  readonly held: number;
}

/** Points to set aside inside of another domain's transaction. */
export interface HoldInput {
  /** Idempotency key among all holds that our own processes ask for. */
  readonly requestKey: string;
  readonly userId: string;
  readonly amount: PointAmount;
  /** What for, e.g. an order id. */
  readonly reference: string;
}

/** A hold to end: spent, or given back. */
export interface ResolutionInput {
  readonly holdId: string;
  readonly to: 'post' | 'void';
}

/** A posted hold to give back, whole or in part. */
export interface RefundInput {
  /** Idempotency key among all refunds. */
  readonly requestKey: string;
  readonly holdId: string;
  /** At most what was posted and not yet given back. */
  readonly amount: PointAmount;
  readonly reference: string;
}

/**
 * The points ledger. Every change is one transfer; what changes at the same time shares a
 * transaction. `by` is who asks, a user id or `system`; a request id counts among the requests of
 * one kind by one asker, and the same request again gets its first outcome again, refusal or not.
 *
 * The `...In` functions work inside another domain's transaction by the same rules, asked by
 * `system`, and answer one outcome for each item in the order given: a refusal is an outcome, not
 * an error, and leaves the transaction fit to go on. Each call locks point accounts in sorted
 * order; several calls in one transaction may meet a lock conflict, which the transaction retries.
 */
export interface Points {
  /**
   * Gives points to a user; they lapse at `expiresAt`, or after POINTS_TERM_DAYS.
   * @throws DomainError REQUEST_ID_REUSED; NOT_FOUND no such user; INVALID_ARGUMENT `expiresAt` is
   *   not in the future; LIMIT_REACHED the balance would grow past what is kept exact
   */
  charge(by: string, input: Input<ChargeItem>): Promise<Transfer>;
  /**
   * Sets points aside, those that lapse earliest first, until they are posted or voided.
   * @throws DomainError REQUEST_ID_REUSED; INSUFFICIENT_POINTS fewer can be spent now
   */
  hold(by: string, input: Input<HoldItem>): Promise<Transfer>;
  /**
   * Spends what a hold set aside.
   * @throws DomainError NOT_FOUND no such hold; ALREADY_RESOLVED, with the id and kind of the
   *   transfer that resolved it
   */
  post(by: string, holdId: string): Promise<Transfer>;
  /**
   * Gives back what a hold set aside, to the same lots.
   * @throws DomainError NOT_FOUND; ALREADY_RESOLVED, as post does
   */
  void(by: string, holdId: string): Promise<Transfer>;
  balanceOf(userId: string): Promise<PointBalance>;
  /** A user's transfers, newest first, with one more than `limit` if there are more. */
  listTransfers(filter: {
    readonly userId: string;
    readonly afterId: string | undefined;
    readonly limit: number;
  }): Promise<readonly Transfer[]>;
  /**
   * Takes away what is left of lapsed lots and answers how many it emptied: less than `limit`
   * means that none was left.
   */
  expireLots(limit: number): Promise<number>;

  /** As hold. */
  holdIn(tx: Tx, inputs: readonly HoldInput[]): Promise<Outcome<Transfer>[]>;
  /**
   * As post and void, with one lock of all accounts. Who lost an answer reads from
   * AlreadyResolved.resolution what became of the hold.
   */
  resolveIn(tx: Tx, resolutions: readonly ResolutionInput[]): Promise<Outcome<Transfer>[]>;
  /**
   * Gives back what posted holds spent, whole or in part, to the same lots; what lapsed meanwhile
   * the next expiry run takes again. Refuses REQUEST_ID_REUSED, NOT_FOUND, INVALID_STATE (still
   * pending), ALREADY_RESOLVED (voided) and AMOUNT_MISMATCH (more than is left of the spend).
   */
  refundIn(tx: Tx, inputs: readonly RefundInput[]): Promise<Outcome<Transfer>[]>;

  readonly personalData: PersonalData;
  /** Resolves when nothing waits and nothing runs. */
  drain(): Promise<void>;
}

/** Items in one transaction: as many as one call may bring. */
const maxBatch = 500;

const dayMs = 86_400_000;

/** The ledger over the users that points can be given to. */
export function createPoints({ config, db, clock }: DomainDeps, users: KnownUsers): Points {
  const deps = { db, clock, users, termMs: config.POINTS_TERM_DAYS * dayMs };
  const apply = (tx: Tx, items: readonly LedgerItem[]) => applyItems(deps, tx, items);
  const { submit, drain } = createBatcher<LedgerItem, Transfer>({
    name: 'points',
    db,
    maxBatch,
    maxQueue: config.QUEUE_LIMIT,
    maxWaitMs: config.QUEUE_WAIT_MS,
    // Nothing in a batch's transaction reads the ledger after it.
    run: (tx, items) => applyItems(deps, tx, items, tx.atCommit),
  });
  const actor = 'system';
  return {
    charge: (by, input) => submit({ ...input, kind: 'charge', actor: by }),
    hold: (by, input) => submit({ ...input, kind: 'hold', actor: by }),
    post: (by, holdId) => submit({ kind: 'post', actor: by, holdId }),
    void: (by, holdId) => submit({ kind: 'void', actor: by, holdId }),
    balanceOf: (userId) => readBalance(db.read, userId, clock.now()),
    listTransfers: (filter) => listTransfers(db.read, filter),
    expireLots: (limit) => expireLots(deps, limit),
    holdIn: (tx, inputs) => apply(tx, inputs.map(toHoldItem)),
    resolveIn: (tx, resolutions) =>
      apply(
        tx,
        resolutions.map(({ holdId, to }) => ({ kind: to, actor, holdId })),
      ),
    refundIn: (tx, inputs) => apply(tx, inputs.map(toRefundItem)),
    personalData: pointsPersonalData,
    drain,
  };
}

function toHoldItem({ requestKey, ...rest }: HoldInput): HoldItem {
  return { ...rest, kind: 'hold', actor: 'system', requestId: requestKey };
}

function toRefundItem({ requestKey, ...rest }: RefundInput): RefundItem {
  return { ...rest, kind: 'refund', actor: 'system', requestId: requestKey };
}
