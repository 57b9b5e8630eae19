import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import {
  amountOf,
  createPointsFixture,
  nextNumber,
  outcomesOf,
  type PointsFixture,
  repeat,
} from './fixtures/points-fixture.ts';
import { sumOfBalances, verifyLedger } from './index.ts';

/** Transfers, and points of each. */
const transfers = 500;
const amount = 3;
const users = 20;

describeOnBothDatabases('500 transfers each reverted twice at once', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let fixture: PointsFixture;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
  });
  afterEach(async () => {
    expect(await verifyLedger(fixture.db.primary)).toEqual([]);
    expect(await sumOfBalances(fixture.db.primary)).toBe(0);
  });

  /** Holds of twenty users who had exactly as many points as these take. */
  async function holdAll() {
    const owners = await Promise.all(
      repeat(users, () => fixture.newUserWith((transfers / users) * amount)),
    );
    const ownerOf = (i: number) => owners[i % users] ?? '';
    const holds = await Promise.all(repeat(transfers, (i) => fixture.hold(ownerOf(i), amount)));
    return { owners, holds };
  }

  const twice = (holds: readonly string[]) => [...holds, ...holds];

  async function expectAllBack(owners: readonly string[]): Promise<void> {
    const balances = await Promise.all(owners.map((userId) => fixture.points.balanceOf(userId)));
    const all = { available: (transfers / users) * amount, held: 0 };
    expect(balances).toEqual(owners.map(() => all));
  }

  it('before they are posted: exactly 500 reversals succeed, and every point is back', async () => {
    const { points, otherPoints } = fixture;
    const { owners, holds } = await holdAll();
    const outcomes = await outcomesOf(
      twice(holds).map((holdId, i) => (i % 2 ? points : otherPoints).void('system', holdId)),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(transfers);
    expect(outcomes.filter((outcome) => outcome === 'ALREADY_RESOLVED')).toHaveLength(transfers);
    await expectAllBack(owners);
  });

  it('after they were posted: exactly 500 refunds succeed, and every point is back', async () => {
    const { db, points, otherPoints } = fixture;
    const { owners, holds } = await holdAll();
    await Promise.all(holds.map((holdId) => points.post('system', holdId)));
    const refunds = twice(holds).map((holdId) => {
      const requestKey = `refund-${nextNumber()}`;
      return { requestKey, holdId, amount: amountOf(amount), reference: 'ord_1' };
    });
    // Ten transactions of each of two processes at once, each reverting a tenth of all.
    const slices = repeat(20, (slice) => refunds.filter((_, i) => i % 20 === slice));
    const outcomes = await Promise.all(
      slices.map((slice, i) =>
        db.transaction((tx) => (i % 2 ? points : otherPoints).refundIn(tx, slice)),
      ),
    );
    const codes = outcomes.flat().map((outcome) => (outcome.ok ? 'ok' : outcome.error.code));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(transfers);
    expect(codes.filter((code) => code === 'AMOUNT_MISMATCH')).toHaveLength(transfers);
    await expectAllBack(owners);
  });
}
