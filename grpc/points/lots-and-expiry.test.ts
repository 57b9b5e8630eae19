import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import {
  createPointsFixture,
  dayMs,
  type PointsFixture,
  repeat,
} from './fixtures/points-fixture.ts';
import { verifyLedger } from './index.ts';

describeOnBothDatabases('lots of points', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let fixture: PointsFixture;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
  });
  afterEach(async () => {
    expect(await verifyLedger(fixture.db.primary)).toEqual([]);
  });

  // Tests share one ledger; what earlier ones left behind must not lapse in the next one.
  beforeEach(async () => {
    fixture.clock.advance(30 * dayMs);
    await fixture.points.expireLots(1_000);
  });

  it('spends what lapses first, and never what has lapsed', async () => {
    const { points, clock } = fixture;
    const userId = await fixture.newUser();
    await fixture.charge(userId, 30, 3);
    await fixture.charge(userId, 20, 1);
    await fixture.charge(userId, 10, 2);
    await points.post('system', await fixture.hold(userId, 25));
    // 5 are left of what lapses on day 2, and all of what lapses on day 3.
    clock.advance(dayMs);
    expect((await points.balanceOf(userId)).available).toBe(35);
    clock.advance(dayMs);
    expect((await points.balanceOf(userId)).available).toBe(30);
    await expect(fixture.hold(userId, 31)).rejects.toMatchObject({
      details: { available: '30' },
    });
    await fixture.hold(userId, 30);
  });

  it('an expiry run takes what is left, as a transfer, and leaves what is held', async () => {
    const { points, clock } = fixture;
    const userId = await fixture.newUser();
    await fixture.charge(userId, 30, 1);
    await fixture.charge(userId, 40, 2);
    const holdId = await fixture.hold(userId, 10);
    clock.advance(dayMs);
    expect(await points.expireLots(1_000)).toBe(1);
    expect(await points.expireLots(1_000)).toBe(0);
    expect(await points.balanceOf(userId)).toEqual({ available: 40, held: 10 });
    const [expiry] = await points.listTransfers({ userId, afterId: undefined, limit: 1 });
    expect(expiry).toMatchObject({ kind: 'expire', amount: 20 });

    await points.void('system', holdId);
    expect(await points.balanceOf(userId)).toEqual({ available: 40, held: 0 });
    expect(await points.expireLots(1_000)).toBe(1);
    expect(await points.expireLots(1_000)).toBe(0);
  });

  it('expiry runs at once take each lot once, and no more than they were asked for', async () => {
    const { points, otherPoints, clock } = fixture;
    const users = await Promise.all(repeat(5, () => fixture.newUser()));
    for (const userId of users) await fixture.charge(userId, 10, 1);
    for (const userId of users) await fixture.charge(userId, 10, 1);
    clock.advance(dayMs);
    const expired = await Promise.all([
      points.expireLots(3),
      otherPoints.expireLots(4),
      points.expireLots(1_000),
    ]);
    expect(expired.reduce((sum, one) => sum + one, 0)).toBe(10);
    expect(await points.expireLots(1_000)).toBe(0);
  });

  it('a void and an expiry run at once lose no points and give back none twice', async () => {
    const { points, otherPoints, clock } = fixture;
    const users = await Promise.all(repeat(10, () => fixture.newUser()));
    for (const userId of users) await fixture.charge(userId, 10, 1);
    const holdIds = await Promise.all(users.map((userId) => fixture.hold(userId, 4)));
    clock.advance(dayMs);
    await Promise.all([
      ...holdIds.map((holdId) => points.void('system', holdId)),
      otherPoints.expireLots(1_000),
    ]);
    await points.expireLots(1_000);
    for (const userId of users) {
      const transfers = await points.listTransfers({ userId, afterId: undefined, limit: 10 });
      const lapsed = transfers.filter(({ kind }) => kind === 'expire');
      expect(lapsed.reduce((sum, { amount }) => sum + amount, 0)).toBe(10);
      expect(await points.balanceOf(userId)).toEqual({ available: 0, held: 0 });
    }
  });
}
