import type { Clock } from '../../common/clock.ts';
import {
  type DomainError,
  InvalidArgument,
  NotFound,
  RequestIdReused,
} from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import {
  accepted,
  findRequests,
  hashInput,
  type Outcome,
  type Reader,
  type RequestRow,
  recordRequests,
  refused,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import type { FollowRow } from './entities.ts';
import { type FollowPair, followKey, lockCounts, readFollows, writeChanges } from './store.ts';

/** Where follows learn of people; the users domain is one. */
export interface PeopleLookup {
  /** Those of the ids that are sellers. */
  sellersAmong(reader: Reader, userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Names shown, by user; unknown users are left out. */
  namesOf(reader: Reader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Someone who wants to follow a seller, or no longer. */
export interface FollowChange extends FollowPair {
  readonly kind: 'follow' | 'unfollow';
  readonly requestId: string;
}

/** A seller as one person sees them. */
export interface FollowState {
  readonly sellerId: string;
  /** Epoch ms; null if the person doesn't follow them. */
  readonly followedAt: number | null;
  readonly followers: number;
}

/** What a batch decides on: everything as it is under the sellers' locks. */
interface Picture {
  readonly sellers: ReadonlySet<string>;
  readonly counts: Map<string, number>;
  readonly follows: Map<string, FollowRow>;
  readonly now: number;
}

/**
 * Decides a batch of changes in the order given, each by itself. A popular seller is followed by
 * thousands within a minute, so their count is a hot row. A request that was accepted is answered
 * the same again; a refused one is judged anew.
 */
export async function changeFollowsIn(
  { clock, users }: { readonly clock: Clock; readonly users: PeopleLookup },
  tx: Tx,
  changes: readonly FollowChange[],
): Promise<Outcome<FollowState>[]> {
  const sellerIds = changes.map((change) => change.sellerId);
  const sellers = await users.sellersAmong(tx, sellerIds);
  const counts = await lockCounts(tx, sellerIds, sellers);
  const [before, known] = await Promise.all([
    readFollows(tx, changes),
    findRequests(tx, changes.map(requestKeyOf)),
  ]);
  const picture = { sellers, counts, follows: new Map(before), now: clock.now() };
  const answered: RequestRow[] = [];

  const outcomes = changes.map((change): Outcome<FollowState> => {
    const first = known.get(requestMapKey(requestKeyOf(change)));
    if (first !== undefined) return repeat(first, change);
    const refusal = refuse(picture, change);
    if (refusal !== undefined) return refused(refusal);
    const state = apply(picture, change);
    const row = toRequestRow(change, state, picture.now);
    known.set(requestMapKey(row), row);
    answered.push(row);
    return accepted(state);
  });

  const isNew = (row: FollowRow) => before.get(followKey(row))?.id !== row.id;
  const isGone = (row: FollowRow) => picture.follows.get(followKey(row))?.id !== row.id;
  await writeChanges(tx, {
    added: [...picture.follows.values()].filter(isNew),
    removedIds: [...before.values()].filter(isGone).map((row) => row.id),
    counts,
  });
  await recordRequests(tx, answered);
  return outcomes;
}

function refuse({ sellers }: Picture, change: FollowChange): DomainError | undefined {
  // Whom nobody may follow any more can still be left.
  if (change.kind === 'unfollow') return undefined;
  if (change.userId === change.sellerId) return new InvalidArgument('nobody follows themselves');
  return sellers.has(change.sellerId) ? undefined : new NotFound('seller', change.sellerId);
}

function apply({ counts, follows, now }: Picture, change: FollowChange): FollowState {
  const { kind, sellerId, userId } = change;
  const key = followKey(change);
  const followers = counts.get(sellerId) ?? 0;
  if (kind === 'follow' && !follows.has(key)) {
    follows.set(key, { id: newId('fol'), sellerId, userId, followedAt: now });
    counts.set(sellerId, followers + 1);
  }
  if (kind === 'unfollow' && follows.delete(key)) counts.set(sellerId, followers - 1);
  return {
    sellerId,
    followedAt: follows.get(key)?.followedAt ?? null,
    followers: counts.get(sellerId) ?? 0,
  };
}

function repeat(first: RequestRow, change: FollowChange): Outcome<FollowState> {
  return first.inputHash === hashInput(change.sellerId)
    ? accepted(JSON.parse(first.answer) as FollowState)
    : refused(new RequestIdReused(change.requestId));
}

function requestKeyOf({ kind, userId, requestId }: FollowChange) {
  return { scope: scopeOf(`follows.${kind}`, userId), requestId };
}

function toRequestRow(change: FollowChange, state: FollowState, now: number): RequestRow {
  return {
    ...requestKeyOf(change),
    inputHash: hashInput(change.sellerId),
    answer: JSON.stringify(state),
    createdAt: now,
  };
}
