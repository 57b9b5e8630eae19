import { type Actor, mayActFor, requireUser } from '../../common/auth/index.ts';
import { PermissionDenied } from '../../common/errors/index.ts';
import type {
  FollowsServiceImplementation,
  FollowState as ProtoFollowState,
} from '../../proto/gen/onair/follows/v1/follows.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import type { FollowChange, FollowState } from './change-follows.ts';
import type { FollowListItem, Follows } from './index.ts';
import {
  changeFollowSchema,
  getFollowSchema,
  listFollowersSchema,
  listFollowingSchema,
} from './requests.ts';
import type { FollowSide } from './store.ts';

/** FollowsService over the domain. */
export function createFollowsService(follows: Follows): FollowsServiceImplementation<CallExt> {
  async function change(kind: FollowChange['kind'], request: unknown, actor: Actor) {
    const { userId } = requireUser(actor);
    return toProto(await follows.change({ ...changeFollowSchema.parse(request), kind, userId }));
  }

  async function list(side: FollowSide, page: { pageSize: number; pageToken: string }) {
    const found = await follows.list(side, {
      afterId: decodePageToken(page.pageToken),
      limit: page.pageSize,
    });
    const { rows, nextPageToken } = toPage<FollowListItem>(found, page.pageSize);
    return {
      follows: rows.map(({ userId, name, followedAt }) => {
        return { userId, name, followedAt: new Date(followedAt) };
      }),
      nextPageToken,
    };
  }

  return {
    follow: (request, { actor }) => change('follow', request, actor),
    unfollow: (request, { actor }) => change('unfollow', request, actor),
    async getFollow(request, { actor }) {
      const { sellerId } = getFollowSchema.parse(request);
      const userId = actor.kind === 'user' ? actor.userId : undefined;
      return toProto(await follows.getFollow(sellerId, userId));
    },
    async listFollowing(request, { actor }) {
      return list({ userId: requireUser(actor).userId }, listFollowingSchema.parse(request));
    },
    async listFollowers(request, { actor }) {
      const { sellerId, ...page } = listFollowersSchema.parse(request);
      const owner = sellerId === '' ? requireUser(actor).userId : sellerId;
      if (!mayActFor(actor, owner)) throw new PermissionDenied('not your followers');
      return list({ sellerId: owner }, page);
    },
  };
}

function toProto({ sellerId, followedAt, followers }: FollowState): ProtoFollowState {
  return {
    sellerId,
    following: followedAt !== null,
    followedAt: followedAt === null ? undefined : new Date(followedAt),
    followers,
  };
}
