import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const paymentSchema = z.object({
  paymentKey: z.string(),
  orderId: z.string(),
  status: z.string(),
  currency: z.string(),
  totalAmount: z.number(),
  balanceAmount: z.number(),
  lastTransactionKey: z.string().nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});

const errorSchema = z.object({ code: z.string(), message: z.string() });

/** The part of Toss' Payment object that decides anything here. */
export type TossPayment = z.output<typeof paymentSchema>;

/** What came back from Toss: a payment, its own words for why not, or nothing that can be read. */
export type TossReply =
  | { readonly kind: 'payment'; readonly payment: TossPayment }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'silence'; readonly reason: string };

export interface TossSettings {
  /** E.g. `https://api.tosspayments.com`. */
  readonly baseUrl: string;
  readonly secretKey: string;
}

/**
 * Toss Payments over HTTP. Answers what came back, and never throws for it. A call that meets a
 * passing fault is tried again until `signal` ends it.
 */
export interface TossClient {
  confirm(
    body: { paymentKey: string; orderId: string; amount: number },
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<TossReply>;
  /** Cancels all that is left of a payment. */
  cancel(
    paymentKey: string,
    cancelReason: string,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<TossReply>;
  read(paymentKey: string, signal: AbortSignal): Promise<TossReply>;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** Tries of one call. Each is the same request with the same idempotency key. */
const maxTries = 3;

/** A client. The secret goes into the header and nowhere else: no error or log carries it. */
export function createTossClient({ baseUrl, secretKey }: TossSettings): TossClient {
  const base = baseUrl.replace(/\/+$/, '');
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;

  async function send(request: Request, signal: AbortSignal): Promise<TossReply> {
    const { method, path, body, idempotencyKey } = request;
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        signal,
        redirect: 'error',
        headers: {
          authorization,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return readReply(response.status, await response.text());
    } catch (error) {
      return { kind: 'silence', reason: reasonOf(error) };
    }
  }

  async function insist(request: Request, signal: AbortSignal): Promise<TossReply> {
    for (let tries = 1; ; tries += 1) {
      const reply = await send(request, signal);
      if (tries === maxTries || signal.aborted || !mayPass(reply)) return reply;
      const pauseMs = 2 ** tries * 50 * (0.5 + Math.random());
      const waited = await delay(pauseMs, true, { signal }).catch(() => false);
      if (!waited) return reply;
    }
  }

  return {
    confirm: (body, idempotencyKey, signal) =>
      insist({ method: 'POST', path: '/v1/payments/confirm', body, idempotencyKey }, signal),
    cancel(paymentKey, cancelReason, idempotencyKey, signal) {
      const path = `${pathOf(paymentKey)}/cancel`;
      return insist({ method: 'POST', path, body: { cancelReason }, idempotencyKey }, signal);
    },
    read: (paymentKey, signal) => insist({ method: 'GET', path: pathOf(paymentKey) }, signal),
  };
}

function pathOf(paymentKey: string): string {
  return `/v1/payments/${encodeURIComponent(paymentKey)}`;
}

/** Whether the same request may fare better in a moment. */
function mayPass(reply: TossReply): boolean {
  if (reply.kind === 'error') return isPassing(reply.status);
  return reply.kind === 'silence';
}

/** Statuses that say nothing of the request itself: at work on it, overloaded, out of order. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function readReply(status: number, text: string): TossReply {
  const json = parseJson(text);
  if (status === 200) {
    const payment = paymentSchema.safeParse(json);
    if (payment.success) return { kind: 'payment', payment: payment.data };
  }
  const error = errorSchema.safeParse(json);
  if (status >= 400 && error.success) return { kind: 'error', status, ...error.data };
  return { kind: 'silence', reason: `HTTP ${status} that can't be read` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of the socket's error, e.g. `ECONNREFUSED`, or the error's name, e.g. `TimeoutError`. */
function reasonOf(error: unknown): string {
  const texts = [propertyOf(propertyOf(error, 'cause'), 'code'), propertyOf(error, 'name')];
  return texts.find((text) => typeof text === 'string') ?? 'no answer';
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
