import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import type { Database } from '../db/index.ts';
import type { PaymentRow } from './entities.ts';
import { verifyPayments } from './index.ts';
import { openShop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';

interface Tampering {
  readonly name: string;
  /** What is done, and what puts it right again. */
  readonly statements: (payment: PaymentRow) => readonly [string, string];
  readonly found: (payment: PaymentRow) => readonly string[];
}

const tamperings: readonly Tampering[] = [
  {
    name: 'an order that was paid twice',
    statements: ({ id, orderId }) => [
      `UPDATE payments SET orderId = '${orderId}' WHERE id <> '${id}'`,
      `UPDATE payments SET orderId = id WHERE id <> '${id}'`,
    ],
    found: ({ orderId }) => [`${orderId}: paid 2 times`],
  },
  {
    name: 'a payment that changed its state without history',
    statements: ({ id }) => [
      `UPDATE payments SET status = 'failed' WHERE id = '${id}'`,
      `UPDATE payments SET status = 'captured' WHERE id = '${id}'`,
    ],
    found: ({ id }) => [`${id}: is failed, history says captured`],
  },
  {
    name: 'history that was cut off',
    statements: ({ id }) => [
      `UPDATE payment_history SET paymentId = 'nobody' WHERE paymentId = '${id}'`,
      `UPDATE payment_history SET paymentId = '${id}' WHERE paymentId = 'nobody'`,
    ],
    found: ({ id }) => [`${id}: is captured, history says null`],
  },
];

describeOnBothDatabases('verifyPayments', (open) => {
  let db: Database;
  let toss: TossFixture;
  let payment: PaymentRow;

  beforeAll(async () => {
    db = await open();
    toss = await startToss();
    const shop = await openShop(db, toss);
    const pay = async () => {
      const order = await shop.order({ points: 100_000 });
      return shop.payments.payOrder(shop.request(order));
    };
    payment = await pay();
    await pay();
  });

  afterAll(() => toss.stop());

  const run = (sql: string) => db.transaction((tx) => tx.execute(sql));

  it.each(tamperings)('finds $name', async ({ statements, found }) => {
    const [tamper, restore] = statements(payment);
    expect(await verifyPayments(db.primary)).toEqual([]);
    await run(tamper);
    expect(await verifyPayments(db.primary)).toEqual(found(payment));
    await run(restore);
    expect(await verifyPayments(db.primary)).toEqual([]);
  });
});
