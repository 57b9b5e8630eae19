import { NotFound } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import type { FollowState, PeopleLookup } from './change-follows.ts';
import { countFollowers, followKey, readFollows } from './store.ts';

/**
 * A seller as one person sees them; `userId` undefined is nobody known, who follows nobody.
 * @throws NotFound where there is no such seller
 */
export async function getFollow(
  read: Reader,
  users: PeopleLookup,
  sellerId: string,
  userId: string | undefined,
): Promise<FollowState> {
  const pairs = userId === undefined ? [] : [{ sellerId, userId }];
  const [followers, follows] = await Promise.all([
    countFollowers(read, sellerId),
    readFollows(read, pairs),
  ]);
  if (followers === undefined && !(await users.sellersAmong(read, [sellerId])).has(sellerId)) {
    throw new NotFound('seller', sellerId);
  }
  const [pair] = pairs;
  const follow = pair === undefined ? undefined : follows.get(followKey(pair));
  return { sellerId, followedAt: follow?.followedAt ?? null, followers: followers ?? 0 };
}
