import type { Actor, Role } from '../common/auth/index.ts';
import { loadConfig } from '../common/config.ts';
import { newId } from '../common/ids.ts';
import { silentLogger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { Clients } from '../common/rpc/clients.ts';
import { MessageKind } from '../proto/gen/onair/chat/v1/chat.ts';
import { type Order, OrderStatus } from '../proto/gen/onair/orders/v1/orders.ts';
import { PaymentMethod, PaymentStatus } from '../proto/gen/onair/payments/v1/payments.ts';
import { hireSeller, type Services, startServices } from '../test/kit/services.ts';
import { until } from '../test/kit/until.ts';
import { startWorkers } from './index.ts';

interface Platform {
  readonly services: Services;
  readonly workers: Part;
}

/** All services, and workers beside them. */
async function startPlatform(settings: Record<string, string> = {}): Promise<Platform> {
  const services = await startServices({ ARGON2_MEMORY_KIB: '1024', ...settings });
  const config = loadConfig({ ONAIR_ENV: 'test', JOB_POLL_MS: '20' });
  const workers = await startWorkers({ config, log: silentLogger(), clients: services.clients });
  return { services, workers };
}

async function stopPlatform({ services, workers }: Platform): Promise<void> {
  await workers.drain();
  await workers.stop();
  await services.stop();
}

interface Person {
  readonly id: string;
  readonly as: Clients;
}

async function person(
  { services }: Platform,
  name: string,
  roles: readonly Role[],
): Promise<Person> {
  const guest = services.clients.as({ actor: { kind: 'anonymous' } });
  const { id } = await guest.users.signUp({
    requestId: newId('req'),
    email: `${newId('usr').toLowerCase()}@example.com`,
    password: 'correct horse battery',
    name,
  });
  const actor: Actor = { kind: 'user', userId: id, sessionId: newId('ses'), name, roles };

  return { id, as: services.clients.as({ actor }) };
}

async function goLive(
  platform: Platform,
): Promise<{ broadcastId: string; skuId: string; seller: Person }> {
  const hired = await hireSeller(platform.services);
  const seller = { id: hired.userId, as: platform.services.clients.as({ actor: hired }) };
  const product = await seller.as.catalog.createProduct({
    requestId: newId('req'),
    name: '유자차',
    skus: [{ name: '', price: 1_000, initialStock: 10 }],
  });
  const { id: broadcastId } = await seller.as.broadcasts.createBroadcast({
    requestId: newId('req'),
    title: '유자차 방송',
  });
  await seller.as.broadcasts.setBroadcastProducts({
    requestId: newId('req'),
    broadcastId,
    productIds: [product.id],
  });
  await seller.as.broadcasts.startBroadcast({ requestId: newId('req'), broadcastId });
  return { broadcastId, skuId: product.skus[0]?.id ?? '', seller };
}

async function order(buyer: Person, broadcastId: string, skuId: string): Promise<Order> {
  const request = {
    requestId: newId('req'),
    userId: buyer.id,
    broadcastId,
    lines: [{ skuId, quantity: 2 }],
  };
  const { outcomes } = await buyer.as.orders.placeOrders({ orders: [request] });
  const result = outcomes[0]?.result;
  if (result?.$case !== 'order') throw new Error(`not ordered: ${JSON.stringify(result)}`);
  return result.value;
}

const reaches = (buyer: Person, orderId: string, status: OrderStatus) =>
  until(`the order is ${status}`, async () => {
    return (await buyer.as.orders.getOrder({ orderId })).status === status;
  });

/** From what a buyer does to what follows from it. */
describe('startWorkers', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform();
  });

  afterAll(() => stopPlatform(platform));

  it('expires an order that nobody pays, and gives its stock back', async () => {
    const platform = await startPlatform({ PAYMENT_DEADLINE_SECONDS: '1' });
    const { broadcastId, skuId } = await goLive(platform);
    const buyer = await person(platform, '김철수', ['viewer']);
    const { id } = await order(buyer, broadcastId, skuId);
    await reaches(buyer, id, OrderStatus.EXPIRED);
    const { products } = await buyer.as.broadcasts.getBroadcast({ broadcastId });
    expect(products[0]?.product?.skus[0]?.stock).toMatchObject({ available: 10, held: 0 });
    await stopPlatform(platform);
  });

  it('tells the room of a paid order, and gives the money back when it is cancelled', async () => {
    const { broadcastId, skuId } = await goLive(platform);
    const buyer = await person(platform, '김철수', ['viewer']);
    const admin = await person(platform, '운영자', ['admin']);
    await admin.as.points.charge({
      requestId: newId('req'),
      userId: buyer.id,
      amount: 5_000,
      reason: '이벤트',
    });
    const { id: orderId } = await order(buyer, broadcastId, skuId);
    const payment = await buyer.as.payments.payOrder({
      requestId: newId('req'),
      orderId,
      method: PaymentMethod.POINTS,
      amount: 2_000,
    });
    expect(payment.status).toBe(PaymentStatus.CAPTURED);
    const told = await until('the room was told', async () => {
      return (await buyer.as.chat.listMessages({ broadcastId })).messages[0];
    });
    expect(told).toMatchObject({
      kind: MessageKind.PURCHASE,
      text: '김*수님이 유자차 2개를 구매했어요',
    });

    await buyer.as.orders.cancelOrder({ requestId: newId('req'), orderId, reason: '변심' });
    await reaches(buyer, orderId, OrderStatus.REFUNDED);
    expect(await buyer.as.points.getBalance({})).toMatchObject({ available: 5_000, held: 0 });
  });

  it('tells the room again when a deal has begun, and when it is over', async () => {
    const { broadcastId, skuId, seller } = await goLive(platform);
    const startsAt = new Date(Date.now() + 300);
    const endsAt = new Date(startsAt.getTime() + 300);
    await seller.as.broadcasts.createDeal({
      requestId: newId('req'),
      broadcastId,
      skuId,
      price: 500,
      startsAt,
      endsAt,
      units: 5,
      limitPerBuyer: 1,
    });
    let lastHeard = 0;
    const leave = platform.services.pulse.onBroadcast(broadcastId, ({ type }) => {
      if (type === 'changed') lastHeard = Date.now();
    });
    await until('the room heard of the beginning', () => lastHeard >= startsAt.getTime());
    await until('the room heard of the end', () => lastHeard >= endsAt.getTime());
    leave();
  });

  it('strikes the schedule, and leaves no job undone', async () => {
    const kinds = ['points.expire-lots', 'chat.prune', 'requests.prune', 'jobs.prune'];
    await until('every recurring job ran', async () => {
      const jobs = await platform.services.jobs();
      return kinds.every((kind) => jobs.some((job) => job.kind === kind && job.state === 'done'));
    });
    const dead = (await platform.services.jobs()).filter(({ state }) => state === 'dead');
    expect(dead).toEqual([]);
  });
});
