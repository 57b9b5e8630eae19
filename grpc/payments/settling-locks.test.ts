import { describeOnMariaDb } from '../../test/kit/databases.ts';
import type { Database, Tx } from '../db/index.ts';
import { beginPaymentsIn } from './begin-payments.ts';
import { openShop, type PlacedOrder, type Shop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';
import { recordOutcomesIn } from './record-outcomes.ts';

describeOnMariaDb('a batch of payments', (open) => {
  let db: Database;
  let toss: TossFixture;
  let shop: Shop;
  beforeAll(async () => {
    toss = await startToss();
    db = await open();
    shop = await openShop(db, toss);
  });
  afterEach(async () => {
    expect(await shop.verify()).toEqual([]);
  });
  afterAll(() => toss.stop());

  /** Runs work in a transaction, and answers the tables whose rows it locks, in that order. */
  async function locksOf(work: (tx: Tx) => Promise<unknown>): Promise<string[]> {
    const locked: string[] = [];
    await db.transaction((tx) => {
      const rows: Tx['rows'] = (sql, parameters) => {
        const [, table] = /FROM (\w+).*FOR UPDATE$/s.exec(sql) ?? [];
        if (table !== undefined) locked.push(table);
        return tx.rows(sql, parameters);
      };
      return work({ ...tx, rows });
    });
    return locked;
  }

  const begin = (tx: Tx, orders: readonly PlacedOrder[]) =>
    beginPaymentsIn(
      shop.deps,
      tx,
      orders.map((order) => shop.request(order)),
    );

  const standings = (orders: readonly PlacedOrder[]) =>
    Promise.all(orders.map(({ id }) => shop.standing(id)));

  it('takes each kind of lock once, whatever became of them, in the order that is everyone’s', async () => {
    const orders = await Promise.all([1, 2, 3].map(() => shop.order({ points: 10_000 })));
    const begun = await db.transaction((tx) => begin(tx, orders));
    // Past the deadline, so that what is not paid gives its stock back.
    shop.clock.advance(600_000);
    const news = begun.flatMap((outcome, i) => {
      if (!outcome.ok) throw outcome.error;
      const { id: paymentId, reference } = outcome.value.payment;
      const approved = { kind: 'approved', amount: 10_000, reference } as const;
      const declined = { kind: 'declined', code: 'X', message: '' } as const;
      return { paymentId, outcome: i === 1 ? approved : declined };
    });
    const locks = await locksOf((tx) => recordOutcomesIn(shop.deps, tx, news));
    expect(locks).toEqual(['payments', 'orders', 'stock', 'point_accounts']);
    expect(await standings(orders)).toEqual([
      { order: 'expired', payments: ['failed'] },
      { order: 'paid', payments: ['captured'] },
      { order: 'expired', payments: ['failed'] },
    ]);
  });

  it('that begin locks no stock, though one can’t be paid and its deadline passes meanwhile', async () => {
    const [rich, poor] = [await shop.order({ points: 10_000 }), await shop.order()];
    const locks = await locksOf((tx) => {
      const rows: Tx['rows'] = (sql, parameters) => {
        if (sql.includes('point_accounts')) shop.clock.advance(600_000);
        return tx.rows(sql, parameters);
      };
      return begin({ ...tx, rows }, [rich, poor]);
    });
    expect(locks).not.toContain('stock');
    expect(await standings([rich, poor])).toEqual([
      { order: 'payment_processing', payments: ['confirming'] },
      { order: 'awaiting_payment', payments: [] },
    ]);
    // The look that it left is due at once.
    expect(await shop.orders.expireOrders([poor.id])).toEqual([poor.id]);
  });
});
