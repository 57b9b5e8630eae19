import { z } from 'zod';
import { timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams, pageOf, pageQuery } from './schemas.ts';

const followState = z
  .object({
    sellerId: z.string(),
    following: z.boolean().describe('Whether the caller follows the seller.'),
    followedAt: timestampOrNull.describe('Since when.'),
    followers: count.describe('How many people do.'),
  })
  .meta({ id: 'FollowState', description: 'A seller as the caller sees them.' });

const follow = z
  .object({
    userId: z.string(),
    name: z.string().describe('Name shown.'),
    followedAt: timestamp,
  })
  .meta({ id: 'Follow', description: 'Someone followed, or someone who follows.' });

const sellerId = idParams({ sellerId: 'usr' });
const answer = { status: 200, description: 'The seller now.', body: followState } as const;
const list = {
  status: 200,
  description: 'One page.',
  body: pageOf(follow).meta({ id: 'FollowPage' }),
} as const;

export const followsSpec = endpoints({
  followSeller: {
    method: 'PUT',
    path: '/v1/sellers/{sellerId}/follow',
    summary: 'Follow a seller',
    description: 'Following again changes nothing.',
    action: 'follows.follow',
    idempotency: 'optional',
    params: sellerId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  unfollowSeller: {
    method: 'DELETE',
    path: '/v1/sellers/{sellerId}/follow',
    summary: 'Follow a seller no more',
    description: 'Leaving again changes nothing.',
    action: 'follows.unfollow',
    idempotency: 'optional',
    params: sellerId,
    success: answer,
    refusals: [],
  },
  getFollow: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}/follow',
    summary: 'Read whether the caller follows a seller, and how many do',
    action: 'follows.getFollow',
    idempotency: 'none',
    params: sellerId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  listFollowing: {
    method: 'GET',
    path: '/v1/me/following',
    summary: 'List the sellers whom the caller follows, newest first',
    action: 'follows.listFollowing',
    idempotency: 'none',
    query: z.strictObject(pageQuery),
    success: list,
    refusals: [],
  },
  listFollowers: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}/followers',
    summary: 'List a seller’s followers, newest first',
    description: 'For the seller and for admins.',
    action: 'follows.listFollowers',
    idempotency: 'none',
    params: sellerId,
    query: z.strictObject(pageQuery),
    success: list,
    refusals: [],
  },
});
