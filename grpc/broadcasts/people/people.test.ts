import type { UserActor } from '../../../common/auth/index.ts';
import { newId } from '../../../common/ids.ts';
import {
  BroadcastsServiceDefinition,
  PeopleChangeKind as Kind,
} from '../../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { describeOnBothDatabases } from '../../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Market,
  person,
  reportOf,
  unused,
} from '../../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../../test/kit/serve-rpc.ts';
import { createBroadcastsService, forGood } from '../index.ts';
import type { StandingChangeRow } from './entities.ts';

describeOnBothDatabases('moderators and bans', (open) => {
  let market: Market;
  let served: ServedRpc;
  let broadcastId: string;
  beforeAll(async () => {
    market = createMarket(await open());
    const service = createBroadcastsService(market.broadcasts);
    served = await serveRpc((server) => server.add(BroadcastsServiceDefinition, service));
  });
  afterAll(() => served.stop());
  beforeEach(async () => {
    broadcastId = await market.goLive([]);
  });

  const people = () => market.broadcasts.people;
  const id = () => newId('usr');
  const about = (userId: string) => ({ requestId: unused('people'), broadcastId, userId });
  const banOf = (userId: string, more: { sellerWide?: boolean; expiresAt?: number } = {}) => ({
    ...about(userId),
    reason: '도배',
    sellerWide: false,
    ...more,
  });

  async function moderate() {
    const moderator = person('viewer');
    await people().addModerator(market.seller, about(moderator.userId));
    return moderator;
  }

  async function standingOf(userId: string, where = broadcastId) {
    const [standing] = await market.broadcasts.standingsOf(market.db.primary, [
      { broadcastId: where, userId },
    ]);
    return standing;
  }

  /** Who was spoken of in the news of a broadcast while something was done. */
  async function toldWhile(where: string, work: () => Promise<unknown>): Promise<string[]> {
    await market.newsDelivered();
    const told: string[] = [];
    const stop = market.pulse.onBroadcast(where, (news) => {
      if (news.type === 'standings') told.push(...news.userIds);
    });
    await work();
    await market.newsDelivered();
    stop();
    return told;
  }

  it('tells host, moderator and viewer apart for many at once, each in their broadcast', async () => {
    const moderator = await moderate();
    const banned = id();
    await people().banViewer(market.seller, banOf(banned));
    const elsewhere = await market.goLive([]);
    const nowhere = newId('brc');
    const { userId: host } = market.seller;
    const standings = await market.broadcasts.standingsOf(market.db.primary, [
      { broadcastId, userId: banned },
      { broadcastId, userId: host },
      { broadcastId: elsewhere, userId: moderator.userId },
      { broadcastId, userId: moderator.userId },
      { broadcastId: elsewhere, userId: banned },
      { broadcastId: nowhere, userId: host },
    ]);
    expect(standings).toEqual([
      { role: 'viewer', bannedUntil: forGood },
      { role: 'host' },
      { role: 'viewer' },
      { role: 'moderator' },
      { role: 'viewer' },
      { role: 'viewer' },
    ]);
    expect(await market.broadcasts.standingsOf(market.db.primary, [])).toEqual([]);
  });

  it.each([
    ['few', 2],
    ['more than ask', 40],
  ])('tells a crowd apart where %s are banned', async (_what, count) => {
    const moderator = await moderate();
    const banned = Array.from({ length: count }, id);
    for (const userId of banned) {
      await people().banViewer(market.seller, banOf(userId, { sellerWide: userId === banned[0] }));
    }
    const ending = id();
    const expiresAt = market.clock.now() + 1_000;
    await people().banViewer(market.seller, banOf(ending, { expiresAt }));
    market.clock.advance(1_000);
    const others = Array.from({ length: 8 }, id);
    const asked = [...others, banned[0] ?? '', ending, moderator.userId, banned.at(-1) ?? ''];
    const pairs = asked.map((userId) => ({ broadcastId, userId }));
    const standings = await market.broadcasts.standingsOf(market.db.primary, pairs);
    expect(standings.map((one) => one.bannedUntil ?? one.role)).toEqual([
      ...others.map(() => 'viewer'),
      ...[forGood, 'viewer', 'moderator', forGood],
    ]);
    // For the tests that come after this one.
    await people().unbanViewer(market.seller, banOf(banned[0] ?? '', { sellerWide: true }));
  });

  it('a moderator is made by host or admin, once, and can be unmade', async () => {
    const moderator = person('viewer');
    const { userId } = moderator;
    for (const nobody of [person('viewer'), person('seller')]) {
      expect(await codeOf(people().addModerator(nobody, about(userId)))).toBe('PERMISSION_DENIED');
    }
    const request = about(userId);
    const first = await people().addModerator(market.seller, request);
    expect(await people().addModerator(market.seller, request)).toEqual(first);
    expect(await people().addModerator(person('admin'), about(userId))).toEqual(first);
    expect(first).toMatchObject({ addedBy: market.seller.userId });
    const query = { broadcastId, afterId: undefined, limit: 10 };
    expect(await people().listModerators(moderator, query)).toEqual([first]);
    expect(await codeOf(people().listModerators(person('viewer'), query))).toBe(
      'PERMISSION_DENIED',
    );
    expect(await codeOf(people().removeModerator(moderator, about(userId)))).toBe(
      'PERMISSION_DENIED',
    );
    await people().removeModerator(person('admin'), about(userId));
    await people().removeModerator(market.seller, about(userId));
    expect(await standingOf(userId)).toEqual({ role: 'viewer' });
  });

  it('refuses what makes no sense', async () => {
    const host = market.seller.userId;
    const past = { expiresAt: market.clock.now() };
    const codes = await Promise.all(
      [
        people().addModerator(market.seller, about(host)),
        people().banViewer(person('admin'), banOf(host)),
        people().banViewer(market.seller, banOf(id(), past)),
        people().banViewer(market.seller, { ...banOf(id()), broadcastId: newId('brc') }),
        people().banViewer(person('viewer'), banOf(id())),
        people().unbanViewer(person('viewer'), banOf(id())),
      ].map(codeOf),
    );
    expect(codes).toEqual([
      ...['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'NOT_FOUND'],
      ...['PERMISSION_DENIED', 'PERMISSION_DENIED'],
    ]);
  });

  it('a moderator bans viewers of this broadcast, and neither moderators nor more widely', async () => {
    const [one, other] = [await moderate(), await moderate()];
    const viewer = id();
    expect(await codeOf(people().banViewer(one, banOf(other.userId)))).toBe('PERMISSION_DENIED');
    expect(await codeOf(people().banViewer(one, banOf(one.userId)))).toBe('PERMISSION_DENIED');
    const widely = banOf(viewer, { sellerWide: true });
    expect(await codeOf(people().banViewer(one, widely))).toBe('PERMISSION_DENIED');
    await people().banViewer(one, banOf(viewer));
    expect(await standingOf(viewer)).toEqual({ role: 'viewer', bannedUntil: forGood });
    await people().unbanViewer(other, banOf(viewer));
    expect(await standingOf(viewer)).toEqual({ role: 'viewer' });
  });

  it('a moderator whom the host bans is one no longer, also when the ban is lifted', async () => {
    const { userId } = await moderate();
    await people().banViewer(market.seller, banOf(userId));
    expect(await standingOf(userId)).toEqual({ role: 'viewer', bannedUntil: forGood });
    await people().unbanViewer(market.seller, banOf(userId));
    expect(await standingOf(userId)).toEqual({ role: 'viewer' });
  });

  it('a moderator who is banned from all of the seller’s moderates nowhere until the ban is over', async () => {
    const moderator = await moderate();
    const { userId } = moderator;
    const elsewhere = await market.goLive([]);
    const expiresAt = market.clock.now() + 1_000;
    await people().banViewer(market.seller, {
      ...banOf(userId, { sellerWide: true, expiresAt }),
      broadcastId: elsewhere,
    });
    const keeps = async () => (await standingOf(userId))?.role;
    expect(await keeps()).toBe('viewer');
    expect(await codeOf(people().requireKeeper(moderator, broadcastId))).toBe('PERMISSION_DENIED');
    market.clock.advance(1_000);
    expect(await keeps()).toBe('moderator');
    await people().requireKeeper(moderator, broadcastId);
  });

  it('a ban ends by itself at its time, and not before', async () => {
    const userId = id();
    const expiresAt = market.clock.now() + 60_000;
    await people().banViewer(market.seller, banOf(userId, { expiresAt }));
    market.clock.advance(59_999);
    expect(await standingOf(userId)).toEqual({ role: 'viewer', bannedUntil: expiresAt });
    market.clock.advance(1);
    expect(await standingOf(userId)).toEqual({ role: 'viewer' });
    const query = { broadcastId, afterId: undefined, limit: 10 };
    expect(await people().listBans(market.seller, query)).toEqual([]);
  });

  it('a ban from all of a seller’s broadcasts counts everywhere of theirs, later ones too', async () => {
    const userId = id();
    await people().banViewer(market.seller, banOf(userId, { sellerWide: true }));
    const later = await market.goLive([]);
    expect(await standingOf(userId, later)).toMatchObject({ bannedUntil: forGood });
    // A shorter one beside it changes nothing.
    const expiresAt = market.clock.now() + 1_000;
    await people().banViewer(market.seller, banOf(userId, { expiresAt }));
    expect(await standingOf(userId)).toMatchObject({ bannedUntil: forGood });
    await people().unbanViewer(market.seller, banOf(userId, { sellerWide: true }));
    expect(await standingOf(userId)).toMatchObject({ bannedUntil: expiresAt });
    expect(await standingOf(userId, later)).toEqual({ role: 'viewer' });
  });

  it('lists bans with reason and end, a page at a time', async () => {
    const banned = [id(), id(), id()];
    for (const userId of banned) await people().banViewer(market.seller, banOf(userId));
    await people().banViewer(market.seller, banOf(banned[1] ?? '', { sellerWide: true }));
    const query = { broadcastId, afterId: undefined, limit: 2 };
    const first = await people().listBans(market.seller, query);
    expect(first).toHaveLength(3);
    const rest = await people().listBans(market.seller, {
      ...query,
      limit: 10,
      afterId: first[1]?.id,
    });
    const seen = [...first.slice(0, 2), ...rest].map((ban) => ban.userId);
    expect(seen.sort()).toEqual([banned[0], banned[1], banned[1], banned[2]]);
    expect(first[0]).toMatchObject({ reason: '도배', bannedBy: market.seller.userId });
    // For the suites that come after this one.
    await people().unbanViewer(market.seller, banOf(banned[1] ?? '', { sellerWide: true }));
  });

  it('a repeated request has one effect, and simultaneous bans are one', async () => {
    const userId = id();
    const request = banOf(userId);
    const twins = [request, request, request].map((one) => people().banViewer(market.seller, one));
    const rows = await Promise.all(twins);
    expect(rows[1]).toEqual(rows[0]);
    await Promise.all([1, 2, 3].map(() => people().banViewer(market.seller, banOf(userId))));
    const changes = await market.db.primary.rows<StandingChangeRow>(
      'SELECT * FROM standing_changes WHERE scopeId = ? AND userId = ?',
      [broadcastId, userId],
    );
    expect(changes).toHaveLength(4);
    expect(await codeOf(people().banViewer(market.seller, { ...request, reason: '욕설' }))).toBe(
      'REQUEST_ID_REUSED',
    );
  });

  it('notes who did it, why and when', async () => {
    const { userId } = await moderate();
    await people().banViewer(market.seller, banOf(userId));
    await people().unbanViewer(person('admin'), { ...banOf(userId), reason: '오해' });
    const changes = await market.db.primary.rows<StandingChangeRow>(
      'SELECT * FROM standing_changes WHERE scopeId = ? AND userId = ? ORDER BY id',
      [broadcastId, userId],
    );
    expect(changes).toMatchObject([
      { kind: 'moderator_added', changedBy: market.seller.userId },
      { kind: 'moderator_removed', reason: '도배' },
      { kind: 'banned', reason: '도배', expiresAt: forGood, changedAt: market.clock.now() },
      { kind: 'unbanned', reason: '오해' },
    ]);
  });

  describe('the audit', () => {
    const rpc = (actor: UserActor = market.seller) => served.as(actor).broadcasts;
    const limit = (maxViewers: number | undefined, reason = '', actor = market.seller) => {
      const requestId = unused('capacity');
      const set = { broadcastId, maxViewers, reservedSeats: maxViewers === undefined ? 0 : 1 };
      return rpc(actor).setCapacity({ requestId, ...set, reason });
    };
    const list = (more: { pageSize?: number; pageToken?: string } = {}, actor?: UserActor) =>
      rpc(actor).listPeopleChanges({ broadcastId, ...more });

    it('is read by the host and admins, newest first, page by page, with what changed', async () => {
      const [before] = (await list({ pageSize: 1 })).changes;
      const { userId } = await moderate();
      const [admin, vip] = [person('admin'), id()];
      const expiresAt = new Date(market.clock.now() + 60_000);
      await rpc().banViewer({ ...banOf(userId, { sellerWide: true }), expiresAt });
      await rpc(admin).unbanViewer({ ...banOf(userId, { sellerWide: true }), reason: '오해' });
      const vipOf = { sellerId: market.seller.userId, userId: vip };
      await rpc().addVip({ requestId: unused('vip'), ...vipOf });
      await rpc().removeVip({ requestId: unused('vip'), ...vipOf });
      await limit(100, '소규모', admin);
      await limit(undefined);
      // The same once more, elsewhere, or refused: nothing changed here.
      await limit(undefined);
      await people().banViewer(market.seller, {
        ...banOf(id()),
        broadcastId: await market.goLive([]),
      });
      expect(await codeOf(limit(1, '', person('seller')))).toBe('PERMISSION_DENIED');

      const [host, changedAt] = [market.seller.userId, new Date(market.clock.now())];
      const byHost = { changedBy: host, changedAt, sellerWide: false, reason: '' };
      const expected = [
        { ...byHost, kind: Kind.CAPACITY_CHANGED, userId: '', reservedSeats: 0 },
        {
          ...{ ...byHost, kind: Kind.CAPACITY_CHANGED, changedBy: admin.userId },
          ...{ reason: '소규모', maxViewers: 100, reservedSeats: 1 },
        },
        { ...byHost, kind: Kind.VIP_REMOVED, userId: vip, sellerWide: true },
        { ...byHost, kind: Kind.VIP_ADDED, userId: vip, sellerWide: true },
        {
          ...{ ...byHost, kind: Kind.UNBANNED, userId, sellerWide: true },
          ...{ reason: '오해', changedBy: admin.userId },
        },
        { ...byHost, kind: Kind.BANNED, userId, sellerWide: true, reason: '도배', expiresAt },
        { ...byHost, kind: Kind.MODERATOR_REMOVED, userId, reason: '도배' },
        { ...byHost, kind: Kind.MODERATOR_ADDED, userId },
      ];
      const first = await list({ pageSize: 5 });
      const second = await list({ pageSize: 100, pageToken: first.nextPageToken }, admin);
      const mine = [...first.changes, ...second.changes];
      const end = mine.findIndex((change) => change.id === before?.id);
      expect(end === -1 ? mine : mine.slice(0, end)).toMatchObject(expected);
      expect(mine[0]?.maxViewers).toBeUndefined();
      expect(second.nextPageToken).toBe('');
    });

    it('is for nobody else, also not for moderators, and of broadcasts that there are', async () => {
      for (const nobody of [person('seller'), person('viewer')]) {
        expect(await codeOf(list({}, nobody))).toBe('PERMISSION_DENIED');
      }
      const moderator = person('seller');
      await people().addModerator(market.seller, about(moderator.userId));
      expect(await codeOf(list({}, moderator))).toBe('PERMISSION_DENIED');
      const unknown = rpc().listPeopleChanges({ broadcastId: newId('brc') });
      expect(await codeOf(unknown)).toBe('NOT_FOUND');
    });

    it('has each change of the capacity once, also asked at once under one id', async () => {
      const set = { requestId: unused('capacity'), broadcastId, maxViewers: 7, reservedSeats: 0 };
      await Promise.all([1, 2, 3].map(() => rpc().setCapacity({ ...set, reason: '동시에' })));
      await Promise.all([1, 2, 3].map(() => limit(9, '나란히')));
      const { changes } = await list();
      const reasons = changes.map(({ reason }) => reason).filter((reason) => reason !== '도배');
      expect(reasons.slice(0, 2)).toEqual(['나란히', '동시에']);
      expect(reasons.filter((reason) => reason === '나란히')).toHaveLength(1);
    });
  });

  it('tells the rooms concerned once it is committed, and of nothing that did not change', async () => {
    const userId = id();
    const ban = () => people().banViewer(market.seller, banOf(userId));
    expect(await toldWhile(broadcastId, ban)).toEqual([userId]);
    const noBan = () => people().unbanViewer(market.seller, banOf(id()));
    expect(await toldWhile(broadcastId, noBan)).toEqual([]);
    const watched = await market.goLive([]);
    await market.broadcasts.attendance.report(reportOf(watched, 'r', { guests: 1 }));
    const widely = () => people().banViewer(market.seller, banOf(userId, { sellerWide: true }));
    expect(await toldWhile(watched, widely)).toEqual([userId]);
  });
});
