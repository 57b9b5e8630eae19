import { setTimeout as delay } from 'node:timers/promises';

/** What came back: an answer, or nothing that can be read. */
export type HttpReply =
  | { readonly kind: 'answer'; readonly status: number; readonly json: unknown }
  | { readonly kind: 'silence'; readonly reason: string };

/** A request to a provider. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** Tries of a request that changes nothing. */
const maxTries = 3;

/** Sends a request once. Answers what came back, and never throws for it. */
export async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  const { method, url, headers, form } = request;
  try {
    const response = await fetch(url, {
      method,
      signal,
      redirect: 'error',
      headers: { accept: 'application/json', ...headers },
      body: form === undefined ? null : new URLSearchParams(form),
    });
    return { kind: 'answer', status: response.status, json: parse(await response.text()) };
  } catch (error) {
    return { kind: 'silence', reason: reasonOf(error) };
  }
}

/** As `send`, a few times while the answer is a passing fault; for what may be repeated. */
export async function insist(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
  for (let tries = 1; ; tries += 1) {
    const reply = await send(request, signal);
    if (tries === maxTries || signal.aborted || !isPassing(reply)) return reply;
    const pauseMs = 2 ** tries * 25 * (0.5 + Math.random());
    if (!(await delay(pauseMs, true, { signal }).catch(() => false))) return reply;
  }
}

/** Whether a reply says nothing of the request itself: too many, out of order, no answer. */
export function isPassing(reply: HttpReply): boolean {
  if (reply.kind === 'silence') return true;
  return reply.status === 408 || reply.status === 429 || reply.status >= 500;
}

function parse(text: string): unknown {
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
