import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import {
  amountOf,
  createPointsFixture,
  dayMs,
  type PointsFixture,
} from './fixtures/points-fixture.ts';
import { verifyLedger } from './index.ts';

/**
 * Ways to falsify a ledger, each a statement on a sound one that has all kinds of transfers. Of
 * each kind it touches one row.
 */
const falsifications: readonly (readonly [string, string])[] = [
  ['a balance', `UPDATE point_accounts SET posted = posted + 1 WHERE id = 'sales'`],
  ['a balance that is gone', `DELETE FROM point_accounts WHERE id = 'issuance'`],
  [
    'points moved between users',
    `UPDATE point_accounts SET posted = posted + CASE id WHEN :user THEN 1 ELSE -1 END
     WHERE id IN (:user, :other)`,
  ],
  ['what is pending', 'UPDATE point_accounts SET pendingOut = pendingOut + 1 WHERE id = :user'],
  ['an amount', `UPDATE point_transfers SET amount = amount + 1 WHERE kind = 'refund'`],
  ['an expiry that is gone', `DELETE FROM point_transfers WHERE kind = 'expire'`],
  ['a post that is gone', `DELETE FROM point_transfers WHERE kind = 'post'`],
  ['a void that is gone', `DELETE FROM point_transfers WHERE kind = 'void'`],
  ['a hold that is gone', `DELETE FROM point_transfers WHERE kind = 'hold' AND amount = 7`],
  ['a kind', `UPDATE point_transfers SET kind = 'void' WHERE kind = 'post'`],
  ['a kind that is none', `UPDATE point_transfers SET kind = 'gift' WHERE kind = 'refund'`],
  ['who it is for', `UPDATE point_transfers SET userId = :other WHERE kind = 'post'`],
  ['the side that gives', `UPDATE point_transfers SET debitAccount = 'sales' WHERE kind = 'void'`],
  ['the side that gets', `UPDATE point_transfers SET creditAccount = :other WHERE kind = 'charge'`],
  [
    'a hold resolved twice',
    `INSERT INTO point_transfers
     SELECT 'trf_copy', 'void', userId, debitAccount, creditAccount, amount, holdId, NULL,
            reference, reason, actor, createdAt FROM point_transfers WHERE kind = 'post'`,
  ],
  ['a resolution of nothing', `UPDATE point_transfers SET holdId = NULL WHERE kind = 'void'`],
  [
    'a resolution that guards nothing',
    `UPDATE point_transfers SET resolvedHoldId = NULL WHERE kind = 'post'`,
  ],
  [
    'a charge that resolves a hold',
    `UPDATE point_transfers SET resolvedHoldId = 'trf_x' WHERE kind = 'charge' AND amount = 100`,
  ],
  ['what remains of a lot', 'UPDATE point_lots SET remaining = remaining - 1 WHERE live = 1'],
  ['how large a lot was', 'UPDATE point_lots SET amount = amount + 1'],
  ['whether a lot is used up', 'UPDATE point_lots SET live = 1 - live'],
  ['whose lot it is', 'UPDATE point_lots SET userId = :other'],
  ['a lot that is gone', 'DELETE FROM point_lots WHERE live = 0'],
  ['a lot without a charge', `UPDATE point_lots SET chargeId = 'trf_x' WHERE live = 0`],
  ['what was taken from a lot', 'UPDATE point_lot_uses SET amount = amount + 1 WHERE amount > 0'],
  ['a use for another hold', `UPDATE point_lot_uses SET holdId = 'trf_x' WHERE amount < 0`],
  ['a use that is gone', 'DELETE FROM point_lot_uses WHERE holdId IS NULL'],
];

describeOnBothDatabases('verifyLedger', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let fixture: PointsFixture;
  let user: string;
  let other: string;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
    ({ user, other } = await writeLedger(fixture));
  });

  it('finds nothing in a sound ledger, nor in an empty one', async () => {
    expect(await verifyLedger(fixture.db.primary)).toEqual([]);
    expect(await verifyLedger((await open()).primary)).toEqual([]);
  });

  it.each(falsifications)('finds %s', async (_, statement) => {
    let found: string[] = [];
    const change = fixture.db.transaction(async (tx) => {
      const sql = statement.replaceAll(':user', `'${user}'`).replaceAll(':other', `'${other}'`);
      expect(await tx.execute(sql)).toBeGreaterThan(0);
      found = await verifyLedger(tx);
      throw new Error('put back');
    });
    await expect(change).rejects.toThrow('put back');
    expect(found).not.toEqual([]);
    expect(found.filter((sentence) => !/^\S.*: .*\w/.test(sentence))).toEqual([]);
  });

  it('finds nothing false while transfers go on', async () => {
    const { points, db } = fixture;
    let busy = true;
    const work = (async () => {
      for (let i = 0; i < 40; i += 1) {
        const holdId = await fixture.hold(other, 1);
        await points.post('system', holdId);
      }
      busy = false;
    })();
    const found: string[] = [];
    while (busy) {
      found.push(...(await verifyLedger(db.read)));
      // SQLite answers without ever leaving its turn, so that nothing else would get one.
      await nextTurn();
    }
    await work;
    expect(found).toEqual([]);
  });
}

/** All kinds of transfers: something charged, held, posted, voided, refunded, lapsed. */
async function writeLedger(fixture: PointsFixture): Promise<{ user: string; other: string }> {
  const { points, db, clock } = fixture;
  const user = await fixture.newUser();
  await fixture.charge(user, 100, 10);
  await fixture.charge(user, 20, 1);
  const posted = await fixture.hold(user, 15);
  await points.post('system', posted);
  await db.transaction((tx) =>
    points.refundIn(tx, [
      { requestKey: 'r', holdId: posted, amount: amountOf(5), reference: 'ord_1' },
    ]),
  );
  await points.void('system', await fixture.hold(user, 30));
  await fixture.hold(user, 7);
  clock.advance(dayMs);
  await points.expireLots(10);
  return { user, other: await fixture.newUserWith(50) };
}
