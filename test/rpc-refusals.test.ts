import { randomUUID } from 'node:crypto';
import type { Actor } from '../common/auth/index.ts';
import { newId } from '../common/ids.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import { PaymentMethod } from '../proto/gen/onair/payments/v1/payments.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { makePerson, openShop, type Person, price, type Shop } from './rest-shop.ts';

describeInBothModes('bad input over gRPC', (mode) => {
  let onair: Onair;
  let shop: Shop;
  let buyer: Person;
  let stranger: Person;

  beforeAll(async () => {
    onair = await startOnair(mode);
    shop = await openShop(onair);
    [buyer, stranger] = [await makePerson(onair, 'buyer'), await makePerson(onair, 'stranger')];
  });
  afterAll(() => onair.stop());

  const as = (person: Person) => {
    const { id: userId, name, roles } = person.user;
    const actor: Actor = { kind: 'user', userId, sessionId: 'ses_test', name, roles };
    return onair.rpc.as({ actor });
  };
  const rooms = () => onair.rpc.as({ actor: { kind: 'service', name: 'realtime' } });

  const line = (changes: object = {}) => ({
    skuId: shop.skuId,
    dealId: '',
    quantity: 1,
    expectedUnitPrice: 0,
    ...changes,
  });
  const request = (changes: object = {}) => ({
    requestId: randomUUID(),
    userId: buyer.user.id,
    broadcastId: shop.broadcastId,
    lines: [line()],
    ...changes,
  });

  /** What became of one order that a room asked for. */
  async function place(order: ReturnType<typeof request>): Promise<string> {
    const { outcomes } = await rooms().orders.placeOrders({ orders: [order] });
    const result = outcomes[0]?.result;
    return result?.$case === 'order' ? 'placed' : (result?.value.code ?? 'nothing');
  }

  const stock = async () => {
    const product = await as(shop.seller).catalog.getProduct({ productId: shop.productId });
    return product.skus[0]?.stock;
  };

  it('needs the service credential', async () => {
    const forged = createClientPool(onair.grpcAddresses[0] ?? '', 'not the secret');
    const call = forged.as({ actor: { kind: 'service', name: 'forged' } });
    await expect(call.orders.placeOrders({ orders: [] })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    forged.close();
  });

  it.each([
    ['no lines', () => ({ lines: [] }), 'INVALID_ARGUMENT'],
    ['a negative quantity', () => ({ lines: [line({ quantity: -1 })] }), 'INVALID_ARGUMENT'],
    ['no units', () => ({ lines: [line({ quantity: 0 })] }), 'INVALID_ARGUMENT'],
    ['too many units', () => ({ lines: [line({ quantity: 1_000 })] }), 'INVALID_ARGUMENT'],
    ['a malformed SKU', () => ({ lines: [line({ skuId: 'sku_1' })] }), 'INVALID_ARGUMENT'],
    ['an empty request id', () => ({ requestId: '' }), 'INVALID_ARGUMENT'],
    ['a request id with spaces', () => ({ requestId: 'a b' }), 'INVALID_ARGUMENT'],
    [
      'a price below zero',
      () => ({ lines: [line({ expectedUnitPrice: -1 })] }),
      'INVALID_ARGUMENT',
    ],
    ['another price', () => ({ lines: [line({ expectedUnitPrice: 1 })] }), 'PRICE_CHANGED'],
    ['an unknown SKU', () => ({ lines: [line({ skuId: newId('sku') })] }), 'NOT_FOUND'],
    ['an unknown deal', () => ({ lines: [line({ dealId: newId('dea') })] }), 'NOT_FOUND'],
    ['an unknown broadcast', () => ({ broadcastId: newId('brc') }), 'NOT_FOUND'],
  ])('refuses an order with %s and moves no stock', async (_what, changes, code) => {
    const before = await stock();
    expect(await place(request(changes()))).toBe(code);
    expect(await stock()).toEqual(before);
  });

  it('refuses a deal before it opens and after it ends', async () => {
    const seller = as(shop.seller);
    const hourMs = 3_600_000;
    const deal = (startsAt: number) =>
      seller.broadcasts.createDeal({
        requestId: randomUUID(),
        broadcastId: shop.broadcastId,
        skuId: shop.skuId,
        price: 1_000,
        startsAt: new Date(startsAt),
        endsAt: new Date(startsAt + 2 * hourMs),
        units: 10,
        limitPerBuyer: 1,
      });
    const early = await deal(Date.now() + hourMs);
    const over = await deal(Date.now() - hourMs);
    await seller.broadcasts.closeDeal({ requestId: randomUUID(), dealId: over.id });
    expect(await place(request({ lines: [line({ dealId: early.id })] }))).toBe('DEAL_NOT_OPEN');
    expect(await place(request({ lines: [line({ dealId: over.id })] }))).toBe('DEAL_NOT_OPEN');
  });

  it('refuses the same request id with another body, and the first order stands', async () => {
    const first = request();
    expect(await place(first)).toBe('placed');
    expect(await place({ ...first, lines: [line({ quantity: 2 })] })).toBe('REQUEST_ID_REUSED');
    expect(await place(first)).toBe('placed');
  });

  it('decides the good orders of a list that holds a bad one', async () => {
    const orders = [request(), request({ lines: [line({ quantity: -5 })] }), request()];
    const { outcomes } = await rooms().orders.placeOrders({ orders });
    expect(outcomes.map((outcome) => outcome.result?.$case)).toEqual(['order', 'refusal', 'order']);
  });

  it("hides another user's order, and lets nobody pay or cancel it", async () => {
    const { outcomes } = await rooms().orders.placeOrders({ orders: [request()] });
    const result = outcomes[0]?.result;
    if (result?.$case !== 'order') throw new Error('the order was refused');
    const orderId = result.value.id;
    const requestId = randomUUID();
    const calls = as(stranger);
    const notFound = { code: 'NOT_FOUND' };
    await expect(calls.orders.getOrder({ orderId })).rejects.toMatchObject(notFound);
    await expect(calls.orders.cancelOrder({ requestId, orderId })).rejects.toMatchObject(notFound);
    const payment = { requestId, orderId, amount: price, method: PaymentMethod.POINTS };
    await expect(calls.payments.payOrder(payment)).rejects.toMatchObject(notFound);
    await expect(calls.orders.placeOrders({ orders: [request()] })).resolves.toMatchObject({
      outcomes: [{ result: { value: { code: 'PERMISSION_DENIED' } } }],
    });
    expect(await as(buyer).orders.getOrder({ orderId })).toMatchObject({ id: orderId });
  });

  it('refuses a request that is too large, and lists that are too long', async () => {
    const long = { ...request(), requestId: 'x'.repeat(5 * 1024 * 1024) };
    await expect(rooms().orders.placeOrders({ orders: [long] })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    const many = Array.from({ length: 501 }, () => request());
    await expect(rooms().orders.placeOrders({ orders: many })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('keeps each role to its own calls', async () => {
    const denied = { code: 'PERMISSION_DENIED' };
    const calls = as(buyer);
    await expect(calls.orders.expireOrders({ orderIds: [] })).rejects.toMatchObject(denied);
    await expect(calls.jobs.leaseJobs({})).rejects.toMatchObject(denied);
    await expect(calls.audits.verifyBooks({})).rejects.toMatchObject(denied);
    await expect(
      calls.points.charge({ requestId: 'x', userId: buyer.user.id, amount: 1, reason: 'me' }),
    ).rejects.toMatchObject(denied);
    const nobody = onair.rpc.as({ actor: { kind: 'anonymous' } });
    await expect(nobody.orders.listOrders({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('leaves books that agree', async () => {
    expect(await as(shop.admin).audits.verifyBooks({})).toEqual({
      differences: [],
      pointsTotal: 0,
    });
  });
});
