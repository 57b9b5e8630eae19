import { createBatcher, type Reader } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import {
  changeFollowsIn,
  type FollowChange,
  type FollowState,
  type PeopleLookup,
} from './change-follows.ts';
import { getFollow } from './get-follow.ts';
import { createFollowsPersonalData } from './personal-data.ts';
import {
  countFollowers,
  type FollowPair,
  type FollowSide,
  listFollows,
  readFollows,
} from './store.ts';

export { followsEntities } from './entities.ts';
export { createFollowsService } from './service.ts';
export { type FollowPair, followKey } from './store.ts';
export { verifyFollows } from './verify-follows.ts';

/** Someone at the other end of a follow. */
export interface FollowListItem {
  /** Of the follow, to page by. */
  readonly id: string;
  readonly userId: string;
  /** Name shown; empty for an account that is gone. */
  readonly name: string;
  readonly followedAt: number;
}

/** Who follows which seller. */
export interface Follows {
  /**
   * Follows or leaves a seller; done already, nothing changes. Idempotent by request id.
   * @throws DomainError NOT_FOUND no such seller; INVALID_ARGUMENT oneself; REQUEST_ID_REUSED;
   *   OVERLOADED
   */
  change(change: FollowChange): Promise<FollowState>;
  /** @throws NotFound where there is no such seller */
  getFollow(sellerId: string, userId: string | undefined): Promise<FollowState>;
  /** How many follow a person, seller or not. */
  followersOf(sellerId: string): Promise<number>;
  /** Newest first, with one more than `limit` if there are more. */
  list(
    side: FollowSide,
    page: { readonly afterId: string | undefined; readonly limit: number },
  ): Promise<FollowListItem[]>;
  /**
   * Those of the pairs that are follows, and since when (epoch ms), by `followKey`. One statement,
   * inside or outside of a transaction; up to 10,000 pairs.
   */
  followersAmong(
    reader: Reader,
    pairs: readonly FollowPair[],
  ): Promise<ReadonlyMap<string, number>>;
  readonly personalData: PersonalData;
  /** Resolves when nothing waits for its transaction. */
  drain(): Promise<void>;
}

/** Follows among the people there are. */
export function createFollows(deps: DomainDeps, users: PeopleLookup): Follows {
  const { config, db, clock } = deps;
  const { submit, drain } = createBatcher<FollowChange, FollowState>({
    name: 'follows',
    db,
    maxBatch: 500,
    maxQueue: config.QUEUE_LIMIT,
    run: (tx, changes) => changeFollowsIn({ clock, users }, tx, changes),
  });
  return {
    change: submit,
    getFollow: (sellerId, userId) => getFollow(db.read, users, sellerId, userId),
    followersOf: async (sellerId) => (await countFollowers(db.read, sellerId)) ?? 0,
    async list(side, page) {
      const rows = await listFollows(db.read, side, page);
      const items = rows.map(({ id, sellerId, userId, followedAt }) => {
        return { id, userId: 'userId' in side ? sellerId : userId, followedAt };
      });
      const names = await users.namesOf(
        db.read,
        items.map((item) => item.userId),
      );
      return items.map((item) => ({ ...item, name: names.get(item.userId) ?? '' }));
    },
    async followersAmong(reader, pairs) {
      const follows = await readFollows(reader, pairs);
      return new Map([...follows].map(([key, row]) => [key, row.followedAt]));
    },
    personalData: createFollowsPersonalData(deps),
    drain,
  };
}
