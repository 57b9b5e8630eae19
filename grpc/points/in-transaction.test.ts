import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import {
  amountOf,
  createPointsFixture,
  dayMs,
  nextNumber,
  type PointsFixture,
} from './fixtures/points-fixture.ts';
import { AlreadyResolved, verifyLedger } from './index.ts';

describeOnBothDatabases('points inside another transaction', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let fixture: PointsFixture;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
  });
  afterEach(async () => {
    expect(await verifyLedger(fixture.db.primary)).toEqual([]);
  });

  it('holds, posts and voids, each item by itself', async () => {
    const { db, points } = fixture;
    const userId = await fixture.newUserWith(100);
    const input = (amount: number) => ({
      requestKey: `pay-${nextNumber()}`,
      userId,
      amount: amountOf(amount),
      reference: 'ord_1',
    });
    const inputs = [input(60), input(60), input(40)];
    const [first, second, third] = await db.transaction((tx) => points.holdIn(tx, inputs));
    expect([first?.ok, second?.ok, third?.ok]).toEqual([true, false, true]);
    const again = await db.transaction((tx) => points.holdIn(tx, inputs));
    expect(again.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(again[0]).toEqual(first);

    const ids = again.flatMap((outcome) => (outcome.ok ? outcome.value.id : []));
    const [paid = '', other = ''] = ids;
    const posted = await db.transaction((tx) =>
      points.resolveIn(tx, [
        { holdId: paid, to: 'post' },
        { holdId: paid, to: 'void' },
        { holdId: other, to: 'void' },
      ]),
    );
    expect(posted.map(({ ok }) => ok)).toEqual([true, false, true]);
    const refusal = posted[1]?.ok === false ? posted[1].error : undefined;
    expect(refusal).toBeInstanceOf(AlreadyResolved);
    expect(refusal).toMatchObject({ resolution: { kind: 'post', holdId: ids[0] } });
    expect(await points.balanceOf(userId)).toEqual({ available: 40, held: 0 });
  });

  it('nothing stays of a transaction that is rolled back', async () => {
    const { db, points } = fixture;
    const userId = await fixture.newUserWith(100);
    const doomed = db.transaction(async (tx) => {
      await points.holdIn(tx, [
        { requestKey: 'doomed', userId, amount: amountOf(10), reference: '' },
      ]);
      throw new Error('changed its mind');
    });
    await expect(doomed).rejects.toThrow('changed its mind');
    expect(await points.balanceOf(userId)).toEqual({ available: 100, held: 0 });
  });

  it('refunds parts of a spend, never more than it, once for each key', async () => {
    const { db, points } = fixture;
    const userId = await fixture.newUserWith(100);
    const holdId = await fixture.hold(userId, 80);
    await points.post('system', holdId);
    const key = `refund-${nextNumber()}`;
    const refund = (amount: number, requestKey: string) => ({
      requestKey,
      holdId,
      amount: amountOf(amount),
      reference: 'ord_1',
    });
    const inputs = [
      refund(50, `${key}a`),
      refund(50, `${key}a`),
      refund(40, `${key}a`),
      refund(31, `${key}b`),
      refund(30, `${key}c`),
      refund(1, `${key}d`),
    ];
    const expected = ['ok', 'ok', 'REQUEST_ID_REUSED', 'AMOUNT_MISMATCH', 'ok', 'AMOUNT_MISMATCH'];
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await db.transaction((tx) => points.refundIn(tx, inputs));
      expect(outcomes.map((one) => (one.ok ? 'ok' : one.error.code))).toEqual(expected);
      expect(await points.balanceOf(userId)).toEqual({ available: 100, held: 0 });
    }
  });

  it('refuses to refund what is pending, voided or unknown', async () => {
    const { db, points } = fixture;
    const userId = await fixture.newUserWith(100);
    const pending = await fixture.hold(userId, 10);
    const voided = await fixture.hold(userId, 10);
    await points.void('system', voided);
    const inputs = [pending, voided, 'trf_00000000000000000000000000'].map((holdId) => ({
      requestKey: `refund-${nextNumber()}`,
      holdId,
      amount: amountOf(1),
      reference: '',
    }));
    const outcomes = await db.transaction((tx) => points.refundIn(tx, inputs));
    expect(outcomes.map((one) => (one.ok ? 'ok' : one.error.code))).toEqual([
      'INVALID_STATE',
      'ALREADY_RESOLVED',
      'NOT_FOUND',
    ]);
  });

  it('a refund goes back to its lots: what lapsed meanwhile the next expiry run takes', async () => {
    const { db, points, clock } = fixture;
    const userId = await fixture.newUser();
    await fixture.charge(userId, 30, 1);
    await fixture.charge(userId, 30, 9);
    const holdId = await fixture.hold(userId, 50);
    await points.post('system', holdId);
    clock.advance(dayMs);
    expect(await points.expireLots(1_000)).toBe(0);
    await db.transaction((tx) =>
      points.refundIn(tx, [
        { requestKey: `r-${nextNumber()}`, holdId, amount: amountOf(45), reference: '' },
      ]),
    );
    // 20 go back to the lot that lapses last, 25 to the one that has lapsed.
    expect(await points.balanceOf(userId)).toEqual({ available: 30, held: 0 });
    expect(await points.expireLots(1_000)).toBe(1);
    const [expiry] = await points.listTransfers({ userId, afterId: undefined, limit: 1 });
    expect(expiry).toMatchObject({ kind: 'expire', amount: 25 });
  });
}
