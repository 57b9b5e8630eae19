import { newId } from '../../../common/ids.ts';
import { describeOnBothDatabases } from '../../../test/kit/databases.ts';
import { createMarket, type Market, reportOf, unused } from '../../../test/kit/market.ts';
import { createBroadcasts } from '../index.ts';
import type { RoomViewerRow } from './entities.ts';

describeOnBothDatabases('attendance', (open) => {
  let market: Market;
  let broadcastId: string;
  beforeAll(async () => {
    market = createMarket(await open());
  });
  beforeEach(async () => {
    broadcastId = await market.goLive([]);
  });

  type Report = Parameters<typeof reportOf>[2];
  const tell = (roomId: string, more: Report) =>
    market.broadcasts.attendance.report(reportOf(broadcastId, roomId, more));
  const later = (roomId: string, more: Report) => tell(roomId, { whole: false, ...more });
  const people = (count: number) => Array.from({ length: count }, () => newId('usr'));
  const seen = (viewers: number, peak: number) => ({ viewers, peak, tellAll: false });

  it('adds up the rooms, each by its last report', async () => {
    const [ann, bob] = people(2);
    expect(await tell('a', { guests: 10 })).toEqual(seen(10, 10));
    expect(await tell('b', { joined: [ann ?? ''], guests: 4 })).toEqual(seen(15, 15));
    expect(await later('a', { guests: 7, joined: [bob ?? ''] })).toEqual(seen(13, 15));
    expect(await later('a', { guests: 7, left: [bob ?? ''] })).toEqual(seen(12, 15));
  });

  it('counts an account in several rooms once, until it has left the last of them', async () => {
    const [ann = '', bob = ''] = people(2);
    await tell('a', { joined: [ann, bob] });
    expect(await tell('b', { joined: [ann] })).toEqual(seen(2, 2));
    expect(await later('a', { left: [ann] })).toEqual(seen(2, 2));
    expect(await later('b', { left: [ann] })).toEqual(seen(1, 2));
    // Told twice, as after an answer that got lost.
    expect(await later('b', { left: [ann] })).toEqual(seen(1, 2));
    expect(await later('a', { joined: [bob] })).toEqual(seen(1, 2));
  });

  it('takes everyone of a room that closes away, but not from their other room', async () => {
    const [ann = '', bob = ''] = people(2);
    await tell('a', { joined: [ann, bob], guests: 3 });
    await tell('b', { joined: [ann] });
    expect(await later('a', { closed: true })).toEqual(seen(1, 5));
    const whole = await market.broadcasts.readWhole(broadcastId, 'fresh');
    expect(whole?.broadcast.peakViewers).toBe(5);
  });

  it('takes a seat that was used for used, though its room closed before it was counted', async () => {
    const { admission } = market.broadcasts;
    const limits = { maxViewers: 1, reservedSeats: 0, reason: '' };
    const set = { requestId: unused('set'), broadcastId, ...limits };
    await admission.setCapacity(market.seller, set);
    const [ann = '', bob = ''] = people(2);
    const ask = async (userId: string) =>
      (await admission.admitViewers([{ broadcastId, userId, ticket: '' }]))[0]?.ok;
    expect([await ask(ann), await ask(bob)]).toEqual([true, false]);
    await tell('a', { closed: true, seated: [ann] });
    expect(await ask(bob)).toBe(true);
  });

  it('leaves out a room that stopped reporting, within ten seconds, and deletes its rows', async () => {
    const [ann = '', bob = ''] = people(2);
    await tell('dead', { joined: [ann, bob], guests: 10 });
    await tell('alive', { joined: [ann] });
    market.clock.advance(6_999);
    expect(await later('alive', {})).toEqual(seen(12, 12));
    market.clock.advance(1);
    expect(await later('alive', {})).toEqual(seen(1, 12));
    const rows = await market.db.primary.rows<RoomViewerRow>(
      'SELECT * FROM room_viewers WHERE broadcastId = ?',
      [broadcastId],
    );
    expect(rows).toMatchObject([{ userId: ann, roomId: 'alive' }]);
  });

  it('counts guests once who come back elsewhere after a crash, however soon', async () => {
    await tell('dead', { guests: 10 });
    const cameFrom = (guests: number) => [{ roomId: 'dead', guests }];
    expect(await tell('alive', { guests: 6, cameFrom: cameFrom(6) })).toEqual(seen(10, 10));
    // Never fewer than none, and none of a room that is not known.
    const more = { guests: 12, cameFrom: [...cameFrom(6), { roomId: 'unknown', guests: 1 }] };
    expect(await later('alive', more)).toEqual(seen(12, 12));
    // A room that reports knows better.
    expect(await later('dead', { guests: 3, cameFrom: [] })).toEqual(seen(15, 15));
    const at = { ...more, guests: 12, cameFrom: [{ roomId: 'alive', guests: 5 }] };
    expect(await later('alive', at)).toEqual(seen(15, 15));
  });

  it('takes away the dead rooms of a broadcast that no room reports for any more', async () => {
    await tell('dead', { joined: people(3) });
    const dead = broadcastId;
    market.clock.advance(10_000);
    broadcastId = await market.goLive([]);
    await tell('other', { guests: 1 });
    const left = await market.db.primary.rows('SELECT * FROM room_viewers WHERE broadcastId = ?', [
      dead,
    ]);
    expect(left).toEqual([]);
  });

  it('asks a room that it took for dead to tell all, and counts it again then', async () => {
    const [ann = '', bob = ''] = people(2);
    await tell('slow', { joined: [ann] });
    market.clock.advance(10_000);
    await tell('alive', {});
    expect(await later('slow', { joined: [bob] })).toEqual({ viewers: 0, peak: 1, tellAll: true });
    expect(await tell('slow', { joined: [ann, bob], guests: 1 })).toEqual(seen(3, 3));
    // Whoever is missing from a whole report has left.
    expect(await tell('slow', { joined: [bob] })).toEqual(seen(1, 3));
  });

  it('loses nobody when fifty rooms of two processes report at once, and counts nobody twice', async () => {
    const other = createBroadcasts(market.deps, market.catalog, market.people);
    const everywhere = newId('usr');
    const processes = [market.broadcasts, other];
    const counts = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (processes[i % 2] ?? other).attendance.report(
          reportOf(broadcastId, `room-${i}`, { joined: [everywhere, newId('usr')], guests: 1 }),
        ),
      ),
    );
    const last = await later('room-0', { guests: 1 });
    expect(last.viewers).toBe(101);
    expect(last.peak).toBe(101);
    expect(Math.max(...counts.map((count) => count.peak))).toBe(101);
  });

  it('counts the other rooms of a process where one can’t be counted, which is to tell all', async () => {
    const good = reportOf(broadcastId, 'good', { guests: 2 });
    const broken = reportOf(await market.goLive([]), 'broken', { guests: Number.NaN });
    const reportAll = market.broadcasts.attendance.reportAll;
    expect(await reportAll([broken, good])).toEqual([
      { viewers: 0, peak: 0, tellAll: true },
      seen(2, 2),
    ]);
    await expect(reportAll([broken])).rejects.toThrow();
    expect(await reportAll([])).toEqual([]);
  });

  it('lists the accounts inside, each once, without those of dead rooms', async () => {
    const [ann = '', bob = '', cho = '', dan = ''] = people(4).sort();
    await tell('dead', { joined: [dan] });
    market.clock.advance(6_000);
    await tell('a', { joined: [cho, ann] });
    await tell('b', { joined: [ann, bob] });
    const list = async (limit: number, afterId?: string) =>
      (await market.broadcasts.attendance.listInside({ broadcastId, afterId, limit })).map(
        (row) => row.userId,
      );
    expect(await list(10)).toEqual([ann, bob, cho, dan]);
    market.clock.advance(1_000);
    expect(await list(10)).toEqual([ann, bob, cho]);
    expect(await list(1)).toEqual([ann, bob]);
    expect(await list(10, ann)).toEqual([bob, cho]);
  });

  it('finds who is inside and moderates or is banned, by either kind of ban, until it ends', async () => {
    const [ann = '', bob = '', cho = '', dan = '', eve = ''] = people(5);
    const room = newId('req').toLowerCase();
    await tell(room, { joined: [ann, bob, cho, dan] });
    const ban = { broadcastId, reason: '도배', sellerWide: false };
    const by = market.seller;
    const { people: keepers } = market.broadcasts;
    await keepers.banViewer(by, { ...ban, requestId: unused('ban'), userId: ann });
    const widely = { ...ban, requestId: unused('ban'), userId: bob, sellerWide: true };
    await keepers.banViewer(by, widely);
    const expiresAt = market.clock.now() + 1_000;
    await keepers.banViewer(by, { ...ban, requestId: unused('ban'), userId: cho, expiresAt });
    for (const userId of [dan, eve]) {
      await keepers.addModerator(by, { requestId: unused('add'), broadcastId, userId });
    }
    const marked = async () => {
      const found = (await market.broadcasts.attendance.markedInside([room])).get(room) ?? [];
      return found.map(({ userId, mark }) => `${userId} ${mark}`).sort();
    };
    const banned = (...ids: readonly string[]) => ids.map((id) => `${id} banned`);
    expect(await marked()).toEqual([...banned(ann, bob, cho), `${dan} moderator`].sort());
    market.clock.advance(1_000);
    expect(await marked()).toEqual([...banned(ann, bob), `${dan} moderator`].sort());
  });
});
