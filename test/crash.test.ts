import { randomUUID } from 'node:crypto';
import { unwrap } from '../api/client/index.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { attempt, makePerson, openShop, order, type Person, type Shop } from './rest-shop.ts';

/** Processes that hold the services: the ones to crash. */
const services = { embedded: 'all', cluster: 'grpc-1' } as const;

describeInBothModes('a process that is killed', (mode) => {
  let onair: Onair;
  let shop: Shop;
  let buyers: readonly Person[];

  beforeAll(async () => {
    onair = await startOnair(mode, {
      env: { PAYMENT_DEADLINE_SECONDS: '60', TOSS_TIMEOUT_MS: '2000' },
    });
    shop = await openShop(onair);
    buyers = await Promise.all(Array.from({ length: 12 }, (_, i) => makePerson(onair, `b${i}`)));
  });
  afterAll(() => onair.stop());

  const victim = () => {
    const process = onair.processes.get(services[mode]);
    if (process === undefined) throw new Error('there is no such process');
    return process;
  };

  const differences = async () => {
    const books = await unwrap(shop.admin.api.GET('/v1/audits/books'));
    return [...books.differences, ...(books.pointsTotal === 0 ? [] : ['points'])];
  };

  /** As a client does: asks again with the same key until it gets an answer that counts. */
  async function orderUntilAnswered(person: Person, key: string): Promise<string> {
    return until(
      `order ${key} is answered`,
      async () => {
        const { data, error } = await order(shop, person, 1, key);
        if (data !== undefined) return data.id;
        // Nothing but an outage may stand in the way here.
        if (error.code !== 'UNAVAILABLE' && error.code !== 'DEADLINE_EXCEEDED') {
          throw new Error(error.code);
        }
        return undefined;
      },
      { timeoutMs: 60_000, everyMs: 50 },
    );
  }

  it('while orders are placed loses none and makes none twice', async () => {
    const keys = buyers.flatMap((person) =>
      Array.from({ length: 10 }, () => ({ person, key: randomUUID() })),
    );
    const placing = Promise.all(keys.map(({ person, key }) => orderUntilAnswered(person, key)));
    await victim().kill();
    await victim().start();
    const ids = await placing;
    expect(new Set(ids).size).toBe(keys.length);
    // The same keys once more: the same orders.
    const again = await Promise.all(keys.map(({ person, key }) => orderUntilAnswered(person, key)));
    expect(again).toEqual(ids);
    const found = await Promise.all(
      buyers.map((person) =>
        unwrap(person.api.GET('/v1/orders', { params: { query: { pageSize: 100 } } })),
      ),
    );
    expect(found.flatMap((page) => page.items.map((item) => item.id)).sort()).toEqual(
      [...ids].sort(),
    );
    expect(await differences()).toEqual([]);
  });

  it('while the provider takes the money settles the payment by asking', async () => {
    const [buyer] = buyers;
    if (buyer === undefined) throw new Error('there is no buyer');
    const { id: orderId, amount } = await unwrap(order(shop, buyer));
    const page = await fetch(`${onair.sandboxUrl}/sandbox/toss/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId, amount, outcome: 'slow:1000' }),
    });
    const { paymentKey }: { paymentKey: string } = JSON.parse(await page.text());
    const paying = buyer.api
      .POST('/v1/orders/{orderId}/payments', {
        params: { path: { orderId }, ...attempt('pay-once') },
        body: { method: 'card', amount, paymentKey },
      })
      .catch(() => undefined);
    const readOrder = () =>
      unwrap(buyer.api.GET('/v1/orders/{orderId}', { params: { path: { orderId } } }));
    await until(
      'the provider is asked',
      async () => (await readOrder()).status === 'payment_processing',
    );
    const crashed = [...onair.processes.values()].filter(({ name }) => /all|grpc/.test(name));
    await Promise.all(crashed.map((process) => process.kill()));
    await Promise.all(crashed.map((process) => process.start()));
    await paying;
    await until(
      'the payment is settled',
      async () => (await readOrder()).status !== 'payment_processing',
      // The job may be with a worker that died, until its lease of a minute is over.
      { timeoutMs: 150_000, everyMs: 200 },
    );
    const { items } = await unwrap(
      buyer.api.GET('/v1/orders/{orderId}/payments', { params: { path: { orderId } } }),
    );
    const truth = await fetch(`${onair.sandboxUrl}/sandbox/toss/payments/${paymentKey}`);
    const { payment }: { payment: { status: string } } = JSON.parse(await truth.text());
    const after = await readOrder();
    // Whether the money moved before the crash is the provider's to say; ours must say the same.
    expect({ order: after.status, payments: items.map((item) => item.status) }).toEqual(
      payment.status === 'DONE'
        ? { order: 'paid', payments: ['captured'] }
        : { order: 'awaiting_payment', payments: ['failed'] },
    );
    expect(await differences()).toEqual([]);
  }, 240_000);
});
