import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { FollowerCountRow, FollowRow } from './entities.ts';

/** A seller and someone who may follow them. */
export interface FollowPair {
  readonly sellerId: string;
  readonly userId: string;
}

/** A pair as a key of a map. Ids hold no spaces, so the parts can't run into each other. */
export function followKey({ sellerId, userId }: FollowPair): string {
  return `${sellerId} ${userId}`;
}

/**
 * Follower counts by seller, locked in sorted order. Those of `followed` are made where they are
 * missing; of the other sellers those that have one are answered.
 */
export async function lockCounts(
  tx: Tx,
  sellerIds: readonly string[],
  followed: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const sorted = [...new Set(sellerIds)].sort();
  const lock = () =>
    tx.rows<FollowerCountRow>(
      `SELECT * FROM follower_counts WHERE sellerId IN (${placeholders(sorted)})
       ORDER BY sellerId${tx.dialect.forUpdate}`,
      sorted,
    );
  let rows = await lock();
  const found = new Set(rows.map((row) => row.sellerId));
  const missing = sorted.filter((id) => followed.has(id) && !found.has(id));
  if (missing.length > 0) {
    await tx.insertNew(
      'follower_counts',
      missing.map((sellerId) => ({ sellerId, followers: 0 })),
    );
    rows = await lock();
  }
  return new Map(rows.map((row) => [row.sellerId, row.followers]));
}

/** Those of the pairs that are follows, by followKey. One statement. */
export async function readFollows(
  read: Reader,
  pairs: readonly FollowPair[],
): Promise<Map<string, FollowRow>> {
  if (pairs.length === 0) return new Map();
  const unique = [...new Map(pairs.map((pair) => [followKey(pair), pair])).values()];
  const rows = await read.rows<FollowRow>(
    `SELECT * FROM follows
     WHERE (sellerId, userId) IN (${read.dialect.tupleList}${unique.map(() => '(?,?)').join(',')})`,
    unique.flatMap(({ sellerId, userId }) => [sellerId, userId]),
  );
  return new Map(rows.map((row) => [followKey(row), row]));
}

/** What a batch changed, to write under the locks of its sellers. */
export interface FollowChanges {
  readonly added: readonly FollowRow[];
  readonly removedIds: readonly string[];
  /** Followers now, by seller. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Removes first: a pair that was left and followed again in one batch has a new row. */
export async function writeChanges(
  tx: Tx,
  { added, removedIds, counts }: FollowChanges,
): Promise<void> {
  if (removedIds.length > 0) {
    await tx.execute(`DELETE FROM follows WHERE id IN (${placeholders(removedIds)})`, removedIds);
  }
  await tx.insert(
    'follows',
    added.map((row) => ({ ...row })),
  );
  if (counts.size === 0) return;
  const ids = [...counts.keys()];
  await tx.execute(
    `UPDATE follower_counts
     SET followers = CASE sellerId ${ids.map(() => 'WHEN ? THEN ?').join(' ')} END
     WHERE sellerId IN (${placeholders(ids)})`,
    [...[...counts].flat(), ...ids],
  );
}

/** How many follow the seller; undefined if nobody ever did. */
export async function countFollowers(read: Reader, sellerId: string): Promise<number | undefined> {
  const row = await read.row<FollowerCountRow>('SELECT * FROM follower_counts WHERE sellerId = ?', [
    sellerId,
  ]);
  return row?.followers;
}

/** Whose follows to list: those that a person made, or those that a seller has. */
export type FollowSide = { readonly userId: string } | { readonly sellerId: string };

/** Follows, newest first, with one more than `limit` if there are more. */
export function listFollows(
  read: Reader,
  side: FollowSide,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<FollowRow[]> {
  const [column, id] = 'userId' in side ? ['userId', side.userId] : ['sellerId', side.sellerId];
  return read.rows<FollowRow>(
    `SELECT * FROM follows WHERE ${column} = ? AND id < ?
     ORDER BY id DESC LIMIT ${page.limit + 1}`,
    [id, page.afterId ?? '~'],
  );
}
