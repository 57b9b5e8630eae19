import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import type { Part } from '../../common/part.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { until } from '../../test/kit/until.ts';
import { startSandbox } from '../index.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

let dir: string;
let part: Part;

async function start(): Promise<void> {
  const config = loadConfig({ DATA_DIR: dir, SANDBOX_PORT: '0', TOSS_SECRET_KEY: 'test_sk_x' });
  part = await startSandbox({ config, log: silentLogger() });
}

beforeEach(async () => {
  dir = makeTempDir('sandbox');
  await start();
});

afterEach(async () => {
  await part.stop();
  await removeTempDir(dir);
});

interface Call {
  readonly body?: unknown;
  readonly key?: string;
  readonly secret?: string;
  readonly signal?: AbortSignal;
}

async function call(method: string, path: string, options: Call = {}): Promise<Answer> {
  const { body, key, secret = 'test_sk_x', signal } = options;
  const response = await fetch(`${part.address}${path}`, {
    method,
    signal,
    headers: {
      authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Started {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
}

async function pay(more: Record<string, unknown> = {}): Promise<Started> {
  const order = { orderId: newId('ord'), amount: 11_000 };
  const { status, body } = await call('POST', '/sandbox/toss/payments', {
    body: { ...order, ...more },
  });
  expect(status).toBe(201);
  return { ...order, paymentKey: String(body.paymentKey) };
}

const confirm = (body: Started, key?: string) =>
  call('POST', '/v1/payments/confirm', { body, key });
const cancel = (paymentKey: string, body: Record<string, unknown>, key?: string) =>
  call('POST', `/v1/payments/${paymentKey}/cancel`, { body, key });
const read = (paymentKey: string) => call('GET', `/v1/payments/${paymentKey}`);
const calls = async (paymentKey: string) =>
  (await call('GET', `/sandbox/toss/payments/${paymentKey}`)).body;

describe('confirm', () => {
  it('takes the money and answers the whole Payment object', async () => {
    const started = await pay();
    const { status, body } = await confirm(started);
    expect(status).toBe(200);
    const { paymentKey, orderId } = started;
    expect(body).toMatchObject({
      paymentKey,
      orderId,
      version: '2022-11-16',
      status: 'DONE',
      method: '카드',
      currency: 'KRW',
      totalAmount: 11_000,
      balanceAmount: 11_000,
      suppliedAmount: 10_000,
      vat: 1_000,
      cancels: null,
      failure: null,
      card: { amount: 11_000, cardType: '신용' },
      approvedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/),
    });
    expect(await read(started.paymentKey)).toEqual({ status, body });
    expect(await call('GET', `/v1/payments/orders/${started.orderId}`)).toEqual({ status, body });
  });

  it('refuses a second time, unless it is the same request by its idempotency key', async () => {
    const started = await pay();
    const first = await confirm(started, 'key-1');
    expect(await confirm(started, 'key-1')).toEqual(first);
    expect(await confirm(started, 'key-2')).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_PROCESSED_PAYMENT' },
    });
  });

  it.each([
    ['another amount', { amount: 10_999 }, 403, 'FORBIDDEN_REQUEST'],
    ['another order', { orderId: 'ord_another' }, 403, 'FORBIDDEN_REQUEST'],
    ['an unknown paymentKey', { paymentKey: 'tonair0' }, 404, 'NOT_FOUND_PAYMENT'],
    ['a fraction', { amount: 0.5 }, 400, 'INVALID_REQUEST'],
    ['no order', { orderId: undefined }, 400, 'INVALID_REQUEST'],
  ])('refuses %s and takes nothing', async (_what, change, status, code) => {
    const started = await pay();
    expect(await confirm({ ...started, ...change } as Started)).toMatchObject({
      status,
      body: { code, message: expect.any(String) },
    });
    expect((await read(started.paymentKey)).body.status).toBe('IN_PROGRESS');
  });

  it('declines with the chosen code, and keeps it as the failure', async () => {
    const started = await pay({ outcome: 'decline:REJECT_CARD_PAYMENT' });
    const refused = { status: 403, body: { code: 'REJECT_CARD_PAYMENT' } };
    expect(await confirm(started, 'key')).toMatchObject(refused);
    expect(await confirm(started, 'key')).toMatchObject(refused);
    expect((await read(started.paymentKey)).body).toMatchObject({
      status: 'ABORTED',
      failure: { code: 'REJECT_CARD_PAYMENT' },
    });
    expect((await confirm(started, 'other')).body.code).toBe('NOT_FOUND_PAYMENT_SESSION');
  });

  it('takes the money and never answers: timeout', async () => {
    const started = await pay({ outcome: 'timeout' });
    const leave = new AbortController();
    const unanswered = call('POST', '/v1/payments/confirm', {
      body: started,
      key: 'key',
      signal: leave.signal,
    });
    await until(
      'the money is taken',
      async () => (await read(started.paymentKey)).body.status === 'DONE',
    );
    leave.abort();
    await expect(unanswered).rejects.toThrow(/abort/i);
  });

  it('neither answers nor takes the money: lost', async () => {
    const started = await pay({ outcome: 'lost' });
    const leave = new AbortController();
    const unanswered = call('POST', '/v1/payments/confirm', {
      body: started,
      signal: leave.signal,
    });
    await until('it came', async () => (await calls(started.paymentKey)).confirmCalls === 1);
    leave.abort();
    await expect(unanswered).rejects.toThrow(/abort/i);
    expect((await read(started.paymentKey)).body.status).toBe('IN_PROGRESS');
  });

  it('fails once with 500, then approves, also by the same key', async () => {
    const started = await pay({ outcome: 'error-500-then-approve' });
    expect(await confirm(started, 'key')).toMatchObject({
      status: 500,
      body: { code: 'FAILED_INTERNAL_SYSTEM_PROCESSING' },
    });
    expect(await confirm(started, 'key')).toMatchObject({ status: 200, body: { status: 'DONE' } });
  });

  it('answers 409 to a twin while it works', async () => {
    const started = await pay({ outcome: 'slow:600000' });
    const leave = new AbortController();
    const first = call('POST', '/v1/payments/confirm', {
      body: started,
      key: 'key',
      signal: leave.signal,
    });
    await until('it came', async () => (await calls(started.paymentKey)).confirmCalls === 1);
    expect(await confirm(started, 'key')).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENT_REQUEST_PROCESSING' },
    });
    leave.abort();
    await expect(first).rejects.toThrow(/abort/i);
  });

  it('answers late when it is slow, and takes the money also when the caller is gone', async () => {
    const patient = await pay({ outcome: 'slow:20' });
    expect((await confirm(patient)).body.status).toBe('DONE');
    const hasty = await pay({ outcome: 'slow:100' });
    const leave = new AbortController();
    const options = { body: hasty, signal: leave.signal };
    const unheard = call('POST', '/v1/payments/confirm', options).catch(() => undefined);
    await until('it came', async () => (await calls(hasty.paymentKey)).confirmCalls === 1);
    leave.abort();
    await unheard;
    await until('it is taken', async () => (await read(hasty.paymentKey)).body.status === 'DONE');
  });

  it('refuses a payment whose session is over', async () => {
    const started = await pay({ validMs: 0 });
    expect(await confirm(started)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND_PAYMENT_SESSION' },
    });
    expect((await read(started.paymentKey)).body).toMatchObject({
      status: 'EXPIRED',
      failure: { code: 'EXPIRED_PAYMENT' },
    });
  });
});

describe('cancel', () => {
  const because = { cancelReason: '고객 변심' };

  it('gives parts back until nothing is left', async () => {
    const started = await pay();
    await confirm(started);
    const { paymentKey } = started;
    expect(await cancel(paymentKey, { ...because, cancelAmount: 1_000 })).toMatchObject({
      status: 200,
      body: { status: 'PARTIAL_CANCELED', balanceAmount: 10_000 },
    });
    expect(await cancel(paymentKey, { ...because, cancelAmount: 10_001 })).toMatchObject({
      status: 403,
      body: { code: 'NOT_CANCELABLE_AMOUNT' },
    });
    const rest = await cancel(paymentKey, because, 'rest');
    expect(rest).toMatchObject({
      status: 200,
      body: {
        status: 'CANCELED',
        totalAmount: 11_000,
        balanceAmount: 0,
        cancels: [
          { cancelAmount: 1_000, refundableAmount: 10_000, cancelStatus: 'DONE' },
          { cancelAmount: 10_000, refundableAmount: 0, cancelStatus: 'DONE', ...because },
        ],
      },
    });
    expect(await cancel(paymentKey, because, 'rest')).toEqual(rest);
    expect((await cancel(paymentKey, because)).body.code).toBe('ALREADY_CANCELED_PAYMENT');
  });

  it.each([
    ['a payment that was not taken', because, 403, 'NOT_CANCELABLE_PAYMENT'],
    ['no reason', {}, 400, 'INVALID_REQUEST'],
    ['a negative amount', { ...because, cancelAmount: -1 }, 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_what, body, status, code) => {
    const { paymentKey } = await pay();
    expect(await cancel(paymentKey, body)).toMatchObject({ status, body: { code } });
  });

  it('declines with the chosen code until the choice is changed', async () => {
    const started = await pay({ cancelOutcome: 'decline:NOT_AVAILABLE_BANK' });
    await confirm(started);
    const { paymentKey } = started;
    expect((await cancel(paymentKey, because, 'a')).body.code).toBe('NOT_AVAILABLE_BANK');
    const change = { body: { cancelOutcome: 'approve' } };
    await call('PATCH', `/sandbox/toss/payments/${paymentKey}`, change);
    // Toss repeats the first answer to a key, so that a new try needs a new one.
    expect((await cancel(paymentKey, because, 'a')).body.code).toBe('NOT_AVAILABLE_BANK');
    expect((await cancel(paymentKey, because, 'b')).body.status).toBe('CANCELED');
  });
});

describe('requests as such', () => {
  it('need the secret key', async () => {
    const path = '/v1/payments/anything';
    expect(await call('GET', path, { secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED_KEY' },
    });
    expect((await call('GET', path)).body.code).toBe('NOT_FOUND_PAYMENT');
  });

  it('may carry an idempotency key of at most 300 characters', async () => {
    expect((await confirm(await pay(), 'k'.repeat(301))).body.code).toBe('INVALID_IDEMPOTENCY_KEY');
  });

  it('must be JSON, to a known address', async () => {
    const response = await fetch(`${part.address}/sandbox/toss/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await call('GET', '/v2/payments')).status).toBe(404);
    expect((await call('POST', '/sandbox/toss/payments', { body: { amount: 1 } })).body.code).toBe(
      'INVALID_REQUEST',
    );
  });
});

describe('memory', () => {
  it('outlives the process: payments, cancels and the answers to idempotency keys', async () => {
    const paid = await pay();
    const open = await pay();
    const first = await confirm(paid, 'key');
    const back = await cancel(paid.paymentKey, { cancelReason: 'x', cancelAmount: 1 }, 'back');
    await part.stop();
    // A crash in the middle of a write leaves half a line.
    appendFileSync(join(dir, 'sandbox', 'toss.jsonl'), '{"payment":{"paym');
    await start();
    expect((await read(paid.paymentKey)).body).toMatchObject({ balanceAmount: 10_999 });
    expect(await confirm(paid, 'key')).toEqual(first);
    expect(await cancel(paid.paymentKey, { cancelReason: 'x', cancelAmount: 1 }, 'back')).toEqual(
      back,
    );
    expect((await confirm(open)).body.status).toBe('DONE');
  });
});
