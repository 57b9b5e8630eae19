import type { Actor, UserActor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { FollowsServiceDefinition } from '../../proto/gen/onair/follows/v1/follows.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { codeOf, person, tally, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import { testVault } from '../../test/kit/vault.ts';
import { createAccounts } from '../accounts.ts';
import type { Database } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Users } from '../users/index.ts';
import {
  createFollows,
  createFollowsService,
  type Follows,
  followKey,
  verifyFollows,
} from './index.ts';

describeOnBothDatabases('follows', (open) => {
  let db: Database;
  let clock: HeldClock;
  let users: Users;
  let follows: Follows;
  /** The domain as another process on the same database has it. */
  let otherFollows: Follows;
  let served: ServedRpc;

  beforeAll(async () => {
    db = await open();
    clock = holdClock();
    const config = loadConfig({
      ONAIR_ENV: 'test',
      DATA_DIR: makeTempDir('follows'),
      ARGON2_MEMORY_KIB: '1024',
    });
    const deps: DomainDeps = {
      config,
      db,
      clock,
      log: silentLogger(),
      vault: testVault,
      pulse: createLocalPulse(),
    };
    users = createAccounts(deps).users;
    follows = createFollows(deps, users);
    otherFollows = createFollows(deps, users);
    served = await serveRpc((server) =>
      server.add(FollowsServiceDefinition, createFollowsService(follows)),
    );
  });
  afterAll(() => served.stop());

  async function newSeller(name = '감귤농장'): Promise<UserActor> {
    const { user } = await users.ensureUser({
      email: `${unused('seller')}@example.com`,
      password: 'not secret at all',
      name,
      roles: ['seller'],
      reason: 'test',
    });
    return { ...person('viewer', 'seller'), userId: user.id };
  }

  const as = (actor: Actor) => served.as(actor).follows;
  const fan = () => person('viewer');
  const follow = (actor: Actor, sellerId: string, requestId = unused('follow')) =>
    as(actor).follow({ requestId, sellerId });
  const unfollow = (actor: Actor, sellerId: string, requestId = unused('unfollow')) =>
    as(actor).unfollow({ requestId, sellerId });

  it('a person follows, sees it, and leaves', async () => {
    const seller = await newSeller();
    const viewer = fan();
    const sellerId = seller.userId;
    const followedAt = new Date(clock.now());
    const followed = { sellerId, following: true, followedAt, followers: 1 };
    expect(await follow(viewer, sellerId)).toEqual(followed);
    expect(await as(viewer).getFollow({ sellerId })).toEqual(followed);
    const unseen = { sellerId, following: false, followedAt: undefined, followers: 1 };
    expect(await as(fan()).getFollow({ sellerId })).toEqual(unseen);
    expect(await as({ kind: 'anonymous' }).getFollow({ sellerId })).toEqual(unseen);
    expect(await unfollow(viewer, sellerId)).toEqual({ ...unseen, followers: 0 });
    expect(await as(viewer).getFollow({ sellerId })).toEqual({ ...unseen, followers: 0 });
  });

  it('done again, it changes nothing, and the first time stays', async () => {
    const { userId: sellerId } = await newSeller();
    const viewer = fan();
    const first = await follow(viewer, sellerId);
    clock.advance(1_000);
    expect(await follow(viewer, sellerId)).toEqual(first);
    await unfollow(viewer, sellerId);
    expect((await unfollow(viewer, sellerId)).followers).toBe(0);
    expect((await unfollow(viewer, newId('usr'))).followers).toBe(0);
  });

  it('a request that comes late once more is answered as at first and changes nothing', async () => {
    const { userId: sellerId } = await newSeller();
    const viewer = fan();
    const requestId = unused('follow');
    const first = await follow(viewer, sellerId, requestId);
    await unfollow(viewer, sellerId);
    expect(await follow(viewer, sellerId, requestId)).toEqual(first);
    expect((await as(viewer).getFollow({ sellerId })).following).toBe(false);
    const other = await newSeller();
    expect(await codeOf(follow(viewer, other.userId, requestId))).toBe('REQUEST_ID_REUSED');
    expect((await follow(fan(), other.userId, requestId)).followers).toBe(1);
  });

  it('one request sent ten times at once has one effect and one answer', async () => {
    const { userId: sellerId } = await newSeller();
    const viewer = fan();
    const requestId = unused('follow');
    const ten = Array.from({ length: 10 }, () => follow(viewer, sellerId, requestId));
    const answers = await Promise.all(ten);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.followers).toBe(1);
  });

  it('only sellers can be followed, and nobody follows themselves', async () => {
    const seller = await newSeller();
    expect(await codeOf(follow(fan(), fan().userId))).toBe('NOT_FOUND');
    expect(await codeOf(as(fan()).getFollow({ sellerId: fan().userId }))).toBe('NOT_FOUND');
    expect(await codeOf(follow(seller, seller.userId))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(follow(fan(), 'someone'))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(follow(fan(), seller.userId, ''))).toBe('INVALID_ARGUMENT');
    expect((await as(fan()).getFollow({ sellerId: seller.userId })).followers).toBe(0);
  });

  it('a refused request may be asked again once the account is a seller', async () => {
    const { user } = await users.ensureUser({
      email: `${unused('later')}@example.com`,
      password: 'not secret at all',
      name: '예비 판매자',
      roles: [],
      reason: 'test',
    });
    const viewer = fan();
    const requestId = unused('follow');
    expect(await codeOf(follow(viewer, user.id, requestId))).toBe('NOT_FOUND');
    const change = { requestId: unused('role'), userId: user.id, reason: 'approved' } as const;
    await users.grantRole(person('admin'), { ...change, role: 'seller' });
    expect((await follow(viewer, user.id, requestId)).followers).toBe(1);
    await users.revokeRole(person('admin'), {
      ...change,
      requestId: unused('role'),
      role: 'seller',
    });
    expect(await codeOf(follow(fan(), user.id))).toBe('NOT_FOUND');
    expect((await as(viewer).getFollow({ sellerId: user.id })).followers).toBe(1);
    expect((await unfollow(viewer, user.id)).followers).toBe(0);
  });

  it('counts stay exact under 100 simultaneous follows and leaves in two processes', async () => {
    const sellers = [await newSeller(), await newSeller()].map(({ userId }) => userId);
    const fans = Array.from({ length: 50 }, () => newId('usr'));
    const change = (kind: 'follow' | 'unfollow', i: number) => {
      const domain = i % 2 === 0 ? follows : otherFollows;
      const [sellerId = ''] = i % 3 === 0 ? sellers : sellers.toReversed();
      return domain.change({ kind, requestId: unused(kind), sellerId, userId: fans[i % 50] ?? '' });
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => change('follow', i)));
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => change(i % 4 === 0 ? 'unfollow' : 'follow', i)),
    );
    expect(await verifyFollows(db.primary)).toEqual([]);
    for (const sellerId of sellers) {
      const { followers } = await follows.getFollow(sellerId, undefined);
      const listed = await follows.list({ sellerId }, { afterId: undefined, limit: 100 });
      expect(followers).toBeGreaterThan(0);
      expect(listed).toHaveLength(followers);
    }
  });

  it('one person who follows 100 times at once is one follower', async () => {
    const { userId: sellerId } = await newSeller();
    const userId = newId('usr');
    const outcomes = Array.from({ length: 100 }, async (_, i) => {
      const domain = i % 2 === 0 ? follows : otherFollows;
      const { followers } = await domain.change({
        kind: 'follow',
        requestId: unused('follow'),
        sellerId,
        userId,
      });
      return String(followers);
    });
    expect(tally(await Promise.all(outcomes))).toEqual({ 1: 100 });
  });

  it('lists both ends page by page, newest first, with names', async () => {
    const viewer = fan();
    const names = ['가', '나', '다', '라', '마'];
    const sellers: UserActor[] = [];
    for (const name of names) sellers.push(await newSeller(name));
    for (const { userId } of sellers) await follow(viewer, userId);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await as(viewer).listFollowing({ pageSize: 2, pageToken });
      seen.push(...page.follows.map((one) => one.name));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(names.toReversed());
    const [first] = sellers;
    if (first === undefined) throw new Error('no seller');
    const followers = await as(first).listFollowers({});
    expect(followers).toMatchObject({
      follows: [{ userId: viewer.userId, name: '' }],
      nextPageToken: '',
    });
  });

  it('followers are shown to the seller and to admins alone', async () => {
    const seller = await newSeller();
    const sellerId = seller.userId;
    await follow(fan(), sellerId);
    expect(await codeOf(as(await newSeller()).listFollowers({ sellerId }))).toBe(
      'PERMISSION_DENIED',
    );
    expect(await codeOf(as(fan()).listFollowers({ sellerId }))).toBe('PERMISSION_DENIED');
    expect((await as(person('admin')).listFollowers({ sellerId })).follows).toHaveLength(1);
    expect(await codeOf(follow({ kind: 'anonymous' }, sellerId))).toBe('UNAUTHENTICATED');
    expect(await codeOf(as(fan()).listFollowing({ pageToken: '!' }))).toBe('INVALID_ARGUMENT');
  });

  it('tells followers among many pairs with one statement, in a transaction too', async () => {
    const [one, two] = [await newSeller(), await newSeller()];
    const viewer = fan();
    await follow(viewer, one.userId);
    const pairs = [one, two].map((seller) => {
      return { sellerId: seller.userId, userId: viewer.userId };
    });
    const expected = new Map([[followKey(pairs[0] ?? { sellerId: '', userId: '' }), clock.now()]]);
    const asked = [...pairs, ...pairs, { sellerId: one.userId, userId: newId('usr') }];
    expect(await follows.followersAmong(db.primary, asked)).toEqual(expected);
    const inTransaction = await db.transaction((tx) => follows.followersAmong(tx, asked));
    expect(inTransaction).toEqual(expected);
    expect(await follows.followersAmong(db.primary, [])).toEqual(new Map());
  });

  it('the check finds a count that is off', async () => {
    const { userId: sellerId } = await newSeller();
    await follow(fan(), sellerId);
    const spoil = (by: number) =>
      db.transaction((tx) =>
        tx.execute(`UPDATE follower_counts SET followers = followers + ? WHERE sellerId = ?`, [
          by,
          sellerId,
        ]),
      );
    await spoil(1);
    expect(await verifyFollows(db.primary)).toEqual([
      `${sellerId}: has 1 followers, the count says 2`,
    ]);
    await spoil(-1);
  });
});
