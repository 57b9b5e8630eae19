import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { silentLogger } from '../../../common/logger.ts';
import { freePort } from '../../../test/kit/free-port.ts';
import { until } from '../../../test/kit/until.ts';
import type { PaymentRow } from '../entities.ts';
import type { Provider } from './provider.ts';
import { createTossProvider } from './toss.ts';
import {
  type CardOptions,
  cardPayment,
  startToss,
  type TossFixture,
  tossSecret,
} from './toss-for-tests.ts';

let toss: TossFixture;
/** Waits long enough for anything that answers at all. */
let patient: Provider;
/** For silence, which has to be waited for. */
let hasty: Provider;

beforeAll(async () => {
  toss = await startToss();
  patient = provider({ timeoutMs: 30_000 });
  hasty = provider({ timeoutMs: 500 });
});

afterAll(() => toss.stop());

function provider({
  timeoutMs = 30_000,
  baseUrl = toss.address,
  secretKey = tossSecret,
  log = silentLogger(),
}): Provider {
  return createTossProvider({ baseUrl, secretKey, timeoutMs }, log);
}

type Card = PaymentRow & { readonly providerKey: string };

async function card(options: CardOptions = {}, ours: Partial<PaymentRow> = {}): Promise<Card> {
  const payment = cardPayment(ours);
  const asked = { orderId: payment.orderId, amount: payment.amount, ...options };
  return { ...payment, providerKey: await toss.card(asked) };
}

const statusOf = async (payment: Card) => (await toss.look(payment.providerKey)).payment.status;

describe('confirm', () => {
  it('is approved, with what was taken and what Toss knows it by', async () => {
    const payment = await card();
    const outcome = await patient.confirm(payment);
    const { lastTransactionKey } = (await toss.look(payment.providerKey)).payment;
    expect(outcome).toEqual({ kind: 'approved', amount: 10_000, reference: lastTransactionKey });
  });

  it('takes the money once however often it is asked, at the same time too', async () => {
    const payment = await card({ outcome: 'slow:100' });
    const outcomes = await Promise.all([patient.confirm(payment), patient.confirm(payment)]);
    const last = await patient.confirm(payment);
    expect(last.kind).toBe('approved');
    // A twin that met the first one at work may give up, but never hears another answer.
    expect(outcomes).toContainEqual(last);
    expect(outcomes.filter(({ kind }) => kind === 'declined')).toEqual([]);
  });

  it('is declined in Toss’ own words', async () => {
    const payment = await card({ outcome: 'decline:REJECT_CARD_PAYMENT' });
    expect(await patient.confirm(payment)).toEqual({
      kind: 'declined',
      code: 'REJECT_CARD_PAYMENT',
      message: '한도초과 혹은 잔액부족으로 결제에 실패했습니다.',
    });
  });

  it('gets over a passing fault by the same idempotency key', async () => {
    const payment = await card({ outcome: 'error-500-then-approve' });
    expect(await patient.confirm(payment)).toMatchObject({ kind: 'approved' });
    expect((await toss.look(payment.providerKey)).confirmCalls).toBe(2);
  });

  it('is unknown when nobody answers, whether money moved or not', async () => {
    for (const outcome of ['timeout', 'lost', 'slow:600000']) {
      const payment = await card({ outcome });
      expect(await hasty.confirm(payment)).toEqual({ kind: 'unknown', reason: 'TimeoutError' });
    }
  });

  it.each([
    ['the buyer agreed to another amount', { amount: 9_999 }, 'FORBIDDEN_REQUEST'],
    ['the key is of another order', { orderId: 'another-order' }, 'FORBIDDEN_REQUEST'],
    ['the session is over', { validMs: 0 }, 'NOT_FOUND_PAYMENT_SESSION'],
  ])('is declined when %s', async (_when, options, code) => {
    const payment = await card(options);
    expect(await patient.confirm(payment)).toMatchObject({ kind: 'declined', code });
    expect(['IN_PROGRESS', 'EXPIRED']).toContain(await statusOf(payment));
  });

  it('is declined for a key that Toss never gave', async () => {
    const payment = cardPayment({ providerKey: 'tonair-of-nobody' });
    expect(await patient.confirm(payment)).toMatchObject({ code: 'NOT_FOUND_PAYMENT' });
  });

  it('never takes the paid key of another order for its own', async () => {
    const paid = await card();
    await patient.confirm(paid);
    const thief = cardPayment({ providerKey: paid.providerKey });
    expect(await patient.confirm(thief)).toMatchObject({ kind: 'declined' });
    expect(await patient.settle(thief)).toMatchObject({ kind: 'declined' });
    expect(await statusOf(paid)).toBe('DONE');
  });

  it('reads the payment when another request of ours confirmed it', async () => {
    const payment = await card();
    const first = await patient.confirm(payment);
    const again = { ...payment, id: cardPayment({}).id };
    expect(await patient.confirm(again)).toEqual(first);
  });

  it('is unknown with a wrong secret: that says nothing of the payment', async () => {
    const payment = await card();
    const wrong = provider({ secretKey: 'test_sk_wrong' });
    expect(await wrong.confirm(payment)).toMatchObject({ kind: 'unknown' });
    expect(await wrong.settle(payment)).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown when nobody listens', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const away = provider({ baseUrl });
    expect(await away.confirm(await card())).toEqual({ kind: 'unknown', reason: 'ECONNREFUSED' });
  });
});

describe('settle', () => {
  it('finds the money that was taken without an answer', async () => {
    const payment = await card({ outcome: 'timeout' });
    expect(await hasty.confirm(payment)).toMatchObject({ kind: 'unknown' });
    expect(await patient.settle(payment)).toMatchObject({ kind: 'approved', amount: 10_000 });
  });

  it('finishes a confirm that never arrived', async () => {
    const payment = await card();
    const outcome = await patient.settle(payment);
    expect(outcome).toMatchObject({ kind: 'approved' });
    expect(await patient.settle(payment)).toEqual(outcome);
    expect((await toss.look(payment.providerKey)).confirmCalls).toBe(1);
  });

  it('does not guess while the confirm is at work, and agrees with it in the end', async () => {
    const payment = await card({ outcome: 'slow:1500' });
    expect(await hasty.confirm(payment)).toMatchObject({ kind: 'unknown' });
    const seen: string[] = [];
    await until('it is settled', async () => {
      const { kind } = await hasty.settle(payment);
      seen.push(kind);
      return kind === 'approved';
    });
    expect(new Set(seen).has('declined')).toBe(false);
    expect(await statusOf(payment)).toBe('DONE');
  });

  it('is not sure that nothing was taken before Toss is', async () => {
    const payment = await card({ outcome: 'lost', validMs: 3_000 });
    expect(await hasty.confirm(payment)).toMatchObject({ kind: 'unknown' });
    const heard: { kind: string; status: string }[] = [];
    const last = await until('Toss lets it lapse', async () => {
      const outcome = await hasty.settle(payment);
      heard.push({ kind: outcome.kind, status: await statusOf(payment) });
      return outcome.kind === 'unknown' ? undefined : outcome;
    });
    expect(last).toMatchObject({ kind: 'declined', code: 'EXPIRED_PAYMENT' });
    expect(heard.at(-1)).toEqual({ kind: 'declined', status: 'EXPIRED' });
    expect(heard[0]?.kind).toBe('unknown');
  });

  it('hears the refusal that was lost on its way', async () => {
    const payment = await card({ outcome: 'decline:INVALID_STOPPED_CARD' });
    await patient.confirm(payment);
    const code = 'INVALID_STOPPED_CARD';
    expect(await patient.settle(payment)).toMatchObject({ kind: 'declined', code });
  });
});

describe('refund', () => {
  async function paid(options: CardOptions = {}): Promise<Card> {
    const payment = await card(options);
    expect(await patient.confirm(payment)).toMatchObject({ kind: 'approved' });
    return payment;
  }

  it('gives all of it back, once', async () => {
    const payment = await paid();
    expect(await patient.refund(payment)).toEqual({ kind: 'refunded' });
    expect(await patient.refund(payment)).toEqual({ kind: 'refunded' });
    const { cancelCalls, payment: seen } = await toss.look(payment.providerKey);
    expect([cancelCalls, seen.status, seen.balanceAmount]).toEqual([1, 'CANCELED', 0]);
  });

  it('finds the refund that was made without an answer', async () => {
    const payment = await paid({ cancelOutcome: 'timeout' });
    expect(await hasty.refund(payment)).toMatchObject({ kind: 'unknown' });
    expect(await patient.refund(payment)).toEqual({ kind: 'refunded' });
  });

  it('gets over a passing fault', async () => {
    const payment = await paid({ cancelOutcome: 'error-500-then-approve' });
    expect(await patient.refund(payment)).toEqual({ kind: 'refunded' });
  });

  it('may be tried again after a refusal, which Toss repeats for the same key', async () => {
    const payment = await paid({ cancelOutcome: 'decline:NOT_AVAILABLE_BANK' });
    const refusal = { kind: 'declined', code: 'NOT_AVAILABLE_BANK' };
    expect(await patient.refund(payment)).toMatchObject(refusal);
    await toss.change(payment.providerKey, { cancelOutcome: 'approve' });
    expect(await patient.refund(payment)).toMatchObject(refusal);
    expect(await patient.refund({ ...payment, refusedRefunds: 1 })).toEqual({ kind: 'refunded' });
  });

  it('is refused for money that was never taken', async () => {
    const refusal = { kind: 'declined', code: 'NOT_CANCELABLE_PAYMENT' };
    expect(await patient.refund(await card())).toMatchObject(refusal);
  });
});

describe('answers that are not Toss’', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function answering(listener: RequestListener): Promise<Provider> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return provider({ baseUrl: `http://127.0.0.1:${port}` });
  }

  const done = (payment: PaymentRow, more: object) =>
    JSON.stringify({
      paymentKey: payment.providerKey,
      orderId: payment.orderId,
      status: 'DONE',
      currency: 'KRW',
      totalAmount: payment.amount,
      balanceAmount: payment.amount,
      ...more,
    });

  it.each<[string, RequestListener]>([
    ['a page of HTML', (_request, response) => response.end('<html>')],
    ['half of JSON', (_request, response) => response.end('{"paymentKey":')],
    ['JSON of another shape', (_request, response) => response.end('{"status":"DONE"}')],
    ['404 without Toss’ words', (_request, response) => response.writeHead(404).end('gone')],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1' }).end(),
    ],
    ['a connection that breaks', (request) => request.socket.destroy()],
  ])('are not believed: %s', async (_what, listener) => {
    const other = await answering(listener);
    const payment = cardPayment({ providerKey: 'key' });
    expect(await other.confirm(payment)).toMatchObject({ kind: 'unknown' });
    expect(await other.settle(payment)).toMatchObject({ kind: 'unknown' });
    expect(await other.refund(payment)).toMatchObject({ kind: 'unknown' });
  });

  it('tell what was taken, not what was asked for', async () => {
    const payment = cardPayment({ providerKey: 'key' });
    const more = [{ totalAmount: 1 }, { currency: 'USD' }, { orderId: 'x' }, { status: 'ODD' }];
    const replies = more.map((change) => done(payment, change));
    const other = await answering((_request, response) => response.end(replies.shift()));
    expect(await other.confirm(payment)).toMatchObject({ kind: 'approved', amount: 1 });
    expect(await other.confirm(payment)).toMatchObject({ kind: 'approved', amount: -1 });
    expect(await other.confirm(payment)).toMatchObject({ kind: 'declined' });
    expect(await other.confirm(payment)).toMatchObject({ kind: 'unknown' });
  });
});

it('never writes the secret or a payment key to the log', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, next) {
      lines.push(String(chunk));
      next();
    },
  });
  const loud = provider({ log: pino({ level: 'trace' }, sink), timeoutMs: 500 });
  const payments = [
    await card(),
    await card({ outcome: 'timeout' }),
    await card({ outcome: 'decline:X' }),
  ];
  for (const payment of payments) await loud.confirm(payment);
  const log = lines.join('');
  expect(log).toContain(payments[0]?.id);
  expect(log).not.toContain(tossSecret);
  expect(log).not.toContain(Buffer.from(`${tossSecret}:`).toString('base64'));
  for (const { providerKey } of payments) expect(log).not.toContain(providerKey);
});
