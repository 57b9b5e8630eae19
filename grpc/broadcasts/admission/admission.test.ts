import { newId } from '../../../common/ids.ts';
import { describeOnBothDatabases } from '../../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Market,
  only,
  person,
  reportOf,
  tally,
  unused,
} from '../../../test/kit/market.ts';
import { type Broadcasts, createBroadcasts } from '../index.ts';

describeOnBothDatabases('admission', (open) => {
  let market: Market;
  let broadcastId: string;
  /** The same domain as another process has it. */
  let elsewhere: Broadcasts;
  beforeAll(async () => {
    market = createMarket(await open());
    elsewhere = createBroadcasts(market.deps, market.catalog, market.people);
  });
  beforeEach(async () => {
    broadcastId = await market.goLive([]);
  });

  const user = () => newId('usr');
  const limit = (maxViewers?: number, reservedSeats = 0) =>
    market.broadcasts.admission.setCapacity(market.seller, {
      requestId: unused('capacity'),
      ...{ broadcastId, maxViewers, reservedSeats, reason: '' },
    });
  const capacity = () => market.broadcasts.admission.readCapacity(market.seller, broadcastId);

  /** What one who asks is told: `in`, a code, or the position in line. */
  async function ask(userId: string, ticket = '', at = market.broadcasts) {
    const outcome = only(await at.admission.admitViewers([{ broadcastId, userId, ticket }]));
    if (outcome.ok) return { told: 'in', seat: outcome.value.seat, ticket: undefined };
    const { code, details } = outcome.error;
    const told = code === 'BROADCAST_FULL' ? Number(details.position) : code;
    return { told, seat: undefined, ticket: details.ticket, retryAfterMs: details.retryAfterMs };
  }
  const told = async (userId: string, ticket = '') => (await ask(userId, ticket)).told;

  function tell(roomId: string, more: Parameters<typeof reportOf>[2]) {
    return market.broadcasts.attendance.report(reportOf(broadcastId, roomId, more));
  }

  async function addVip() {
    const userId = user();
    const { userId: sellerId } = market.seller;
    await market.broadcasts.admission.addVip(market.seller, {
      requestId: unused('vip'),
      ...{ sellerId, userId },
    });
    return userId;
  }

  it('says what each is, each by itself, and writes nothing where seats are not limited', async () => {
    const [moderator, banned, until] = [user(), user(), market.clock.now() + 5_000];
    const about = (userId: string) => ({ requestId: unused('people'), broadcastId, userId });
    await market.broadcasts.people.addModerator(market.seller, about(moderator));
    const ban = { reason: '욕설', sellerWide: false, expiresAt: until };
    await market.broadcasts.people.banViewer(market.seller, { ...about(banned), ...ban });
    const at = (userId: string, where = broadcastId) => {
      return { broadcastId: where, userId, ticket: '' };
    };
    const outcomes = await market.broadcasts.admission.admitViewers([
      at(market.seller.userId),
      at(banned),
      at(moderator),
      at('', newId('brc')),
      at(user()),
      at(''),
    ]);
    expect(outcomes.map((one) => (one.ok ? one.value.role : one.error.code))).toEqual([
      ...['host', 'BANNED', 'moderator', 'NOT_FOUND', 'viewer', 'guest'],
    ]);
    expect(outcomes[1]).toMatchObject({ error: { details: { until: String(until) } } });
    expect(await capacity()).toMatchObject({ maxViewers: undefined, taken: 0, waiting: 0 });
    expect(await market.broadcasts.admission.admitViewers([])).toEqual([]);
  });

  it('a thousand ask two processes at once for a hundred seats: exactly a hundred get one', async () => {
    await limit(100);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        ask(i % 3 === 0 ? '' : user(), '', i % 2 === 0 ? market.broadcasts : elsewhere),
      ),
    );
    const seats = answers.filter((answer) => answer.told === 'in');
    expect(seats).toHaveLength(100);
    const positions = answers.flatMap(({ told }) => (typeof told === 'number' ? [told] : []));
    expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 900 }, (_, i) => i + 1));
    expect(await capacity()).toMatchObject({ taken: 100, waiting: 900 });
  });

  it('a seat is one person’s: their second tab, and a join that is tried again, take no other', async () => {
    await limit(1);
    const ann = user();
    expect(await told(ann)).toBe('in');
    expect(await told(ann)).toBe('in');
    await tell('a', { joined: [ann], seated: [ann] });
    expect(await told(ann)).toBe('in');
    expect(await told(user())).toBe(1);
    expect(await capacity()).toMatchObject({ taken: 1 });
  });

  it('a guest’s ticket is their place while they wait, and good for one seat', async () => {
    await limit(1);
    const first = await ask('');
    expect(first).toMatchObject({ told: 'in', seat: expect.stringMatching(/^tkt_/) });
    // As a room does that filled up between its choice and the seat.
    const again = await ask('', first.seat);
    expect(again).toMatchObject({ told: 'in', seat: expect.stringMatching(/^tkt_/) });
    const { seat } = again;
    const waiting = await ask('');
    expect(waiting).toMatchObject({ told: 1, retryAfterMs: '1100' });
    const { ticket } = waiting;
    expect(await told('')).toBe(2);
    expect(await told('', ticket)).toBe(1);
    await tell('a', { guests: 1, seated: [seat ?? ''] });
    expect(await capacity()).toMatchObject({ taken: 1, waiting: 2 });
    await tell('a', { guests: 0 });
    expect(await told('')).toBe(3);
    expect(await told('', ticket)).toBe('in');
    const more = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        ask('', ticket, i % 2 === 0 ? market.broadcasts : elsewhere),
      ),
    );
    expect(tally(more.map((answer) => String(answer.told)))).toEqual({ 3: 20 });
    expect(await capacity()).toMatchObject({ taken: 1, waiting: 3 });
  });

  it('guests of a room that ends take their seats along: nobody gets them meanwhile', async () => {
    await limit(3);
    const { admission } = market.broadcasts;
    await tell('ending', { guests: 3 });
    const place = await ask('');
    expect(place.told).toBe(1);
    const carry = async (guests: number, at = market.broadcasts) =>
      (await at.admission.carrySeats({ broadcastId, roomId: 'ending', guests })).tickets;
    const tickets = (await Promise.all([carry(1), carry(1, elsewhere)])).flat();
    expect(new Set(tickets).size).toBe(2);
    expect(await capacity()).toMatchObject({ taken: 3, waiting: 1 });
    expect(await told('', place.ticket)).toBe(1);
    const seats: string[] = [];
    for (const ticket of tickets) seats.push((await ask('', ticket)).seat ?? 'none');
    expect(await told('', tickets[0])).toBe(2);
    await tell('other', { guests: 2, seated: seats });
    await tell('ending', { whole: false, guests: 1 });
    expect(await capacity()).toMatchObject({ taken: 3 });
    // No more than the room has told of, and none where it is not known.
    expect(await carry(5)).toHaveLength(1);
    expect(await carry(5)).toEqual([]);
    const unknown = { broadcastId, roomId: 'unknown', guests: 1 };
    expect(await admission.carrySeats(unknown)).toEqual({ tickets: [], uncounted: 0 });
    expect(await capacity()).toMatchObject({ taken: 3 });
  });

  it('a process that crashes while its guests go frees no seat early, and none for ever', async () => {
    await limit(2);
    await tell('ending', { guests: 2 });
    const carried = await market.broadcasts.admission.carrySeats({
      ...{ broadcastId, roomId: 'ending', guests: 1 },
    });
    const ticket = carried.tickets[0] ?? '';
    // What was on its way when it died is counted once more, so nobody else comes in too early.
    await tell('ending', { whole: false, guests: 2 });
    expect(await capacity()).toMatchObject({ taken: 3 });
    expect(await told(user())).toBe(1);
    market.clock.advance(7_000);
    expect(await told('', ticket)).toBe('in');
    expect(await told(user())).toBe('in');
    expect(await told(user())).toBe(1);
    market.clock.advance(30_000);
    expect(await told(user())).toBe('in');
    expect(await told(user())).toBe('in');
  });

  it('no seats are carried where they are not limited, and guests who go count nowhere else yet', async () => {
    await tell('ending', { guests: 3 });
    const leaving = { broadcastId, roomId: 'ending', guests: 2 };
    const carried = await market.broadcasts.admission.carrySeats(leaving);
    expect(carried).toEqual({ tickets: [], uncounted: 2 });
    expect(await tell('other', { guests: 2 })).toMatchObject({ viewers: 3, peak: 3 });
    expect(await tell('ending', { whole: false, guests: 1 })).toMatchObject({ viewers: 3 });
  });

  it('a seat whose holder never comes is free again, and so is one that is left', async () => {
    await limit(1);
    const [ann, bob, cho] = [user(), user(), user()];
    await told(ann);
    market.clock.advance(29_999);
    expect(await told(bob)).toBe(1);
    market.clock.advance(1);
    expect(await told(bob)).toBe('in');
    await tell('a', { joined: [bob], seated: [bob] });
    expect(await told(cho)).toBe(1);
    await tell('a', { whole: false, left: [bob] });
    expect(await told(cho)).toBe('in');
  });

  it('the seats of a crashed process are free within ten seconds, though nobody reports', async () => {
    await limit(2);
    const [ann, bob] = [user(), user()];
    await told(ann);
    await told('');
    await tell('dead', { joined: [ann], seated: [ann], guests: 1 });
    market.clock.advance(6_999);
    expect(await told(bob)).toBe(1);
    market.clock.advance(1);
    expect(await told(bob)).toBe('in');
  });

  it('a place in line is lost by who stops asking, and kept by who goes on', async () => {
    await limit(1);
    const [ann, bob, cho] = [user(), user(), user()];
    await tell('a', { joined: [ann] });
    expect([await told(bob), await told(cho)]).toEqual([1, 2]);
    for (let i = 0; i < 3; i += 1) {
      market.clock.advance(4_000);
      await tell('a', { whole: false });
      await told(cho);
    }
    expect(await told(cho)).toBe(1);
    expect(await told(bob)).toBe(2);
  });

  it('VIPs, moderators and the host come first, and seats are reserved for them', async () => {
    await limit(3, 1);
    const [ann, bob, cho] = [user(), user(), user()];
    const [first, second] = [await addVip(), await addVip()];
    expect([await told(ann), await told(bob), await told(cho)]).toEqual(['in', 'in', 1]);
    expect([await told(first), await told(second), await told(cho)]).toEqual(['in', 1, 2]);
    await tell('a', { joined: [ann, bob, first], seated: [ann, bob, first] });
    await tell('a', { whole: false, left: [bob] });
    expect([await told(cho), await told(second), await told(cho)]).toEqual([2, 'in', 1]);
    expect(await told(market.seller.userId)).toBe('in');
    const admin = person('admin');
    const query = { sellerId: market.seller.userId, afterId: undefined, limit: 100 };
    const vips = await market.broadcasts.admission.listVips(admin, query);
    expect(vips.map((vip) => vip.userId)).toEqual(expect.arrayContaining([first, second]));
  });

  it('who is taken off the VIP list waits with the others', async () => {
    await limit(1, 1);
    const vip = await addVip();
    const { userId: sellerId } = market.seller;
    const input = { sellerId, userId: vip };
    for (let i = 0; i < 2; i += 1) {
      const requestId = unused('vip');
      await market.broadcasts.admission.removeVip(market.seller, { ...input, requestId });
    }
    expect(await told(vip)).toBe(1);
  });

  it('a limit that is set while people watch sends nobody away, and one that is lifted lets all in', async () => {
    const inside = [user(), user(), user()];
    await tell('a', { joined: inside });
    await limit(2);
    const next = user();
    expect(await told(inside[0] ?? '')).toBe('in');
    expect(await told(next)).toBe(1);
    expect(await capacity()).toMatchObject({ maxViewers: 2, taken: 3, waiting: 1 });
    await limit();
    expect(await told(next)).toBe('in');
  });

  it('a banned viewer gets neither seat nor place', async () => {
    await limit(1);
    const userId = user();
    const ban = { requestId: unused('ban'), broadcastId, userId, reason: '욕설', sellerWide: true };
    await market.broadcasts.people.banViewer(market.seller, ban);
    expect(await told(userId)).toBe('BANNED');
    expect(await capacity()).toMatchObject({ taken: 0, waiting: 0 });
  });

  it('joins, leaves and crashes in any order never fill more seats than there are', async () => {
    await limit(5);
    const people = Array.from({ length: 12 }, user);
    const inside = new Set<string>();
    const counts: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      const asking = people.filter((_, i) => (i * 7 + round * 5) % 3 === 0);
      const answers = await Promise.all(
        asking.map((userId, i) => ask(userId, '', i % 2 === 0 ? market.broadcasts : elsewhere)),
      );
      const joined = asking.filter((_, i) => answers[i]?.told === 'in');
      const left = [...inside].filter((_, i) => (i + round) % 4 === 0 && !joined.includes(_));
      for (const userId of joined) inside.add(userId);
      for (const userId of left) inside.delete(userId);
      await tell('a', { whole: false, joined, left, seated: joined }).then(async (count) => {
        if (count.tellAll) await tell('a', { joined: [...inside], seated: [...inside] });
      });
      counts.push(inside.size <= 5 ? 'fits' : 'too many');
      market.clock.advance(500);
    }
    expect(tally(counts)).toEqual({ fits: 40 });
    expect((await capacity()).taken).toBe(inside.size);
  });

  it('only the host or an admin limits, and only a seller or an admin names VIPs', async () => {
    const { admission } = market.broadcasts;
    const set = { broadcastId, maxViewers: 1, reservedSeats: 0, reason: '' };
    const by = (actor: ReturnType<typeof person>) =>
      codeOf(admission.setCapacity(actor, { requestId: unused('capacity'), ...set }));
    expect(await by(person('seller'))).toBe('PERMISSION_DENIED');
    expect(await by(person('admin'))).toBe('ok');
    expect(await codeOf(admission.readCapacity(person('viewer'), broadcastId))).toBe(
      'PERMISSION_DENIED',
    );
    const vip = { requestId: unused('vip'), sellerId: market.seller.userId, userId: user() };
    expect(await codeOf(admission.addVip(person('seller'), vip))).toBe('PERMISSION_DENIED');
    expect(await codeOf(admission.removeVip(person('seller'), vip))).toBe('PERMISSION_DENIED');
    const first = await admission.addVip(market.seller, vip);
    expect(await admission.addVip(market.seller, vip)).toEqual(first);
    expect(await admission.addVip(person('admin'), { ...vip, requestId: unused('vip') })).toEqual(
      first,
    );
  });
});
