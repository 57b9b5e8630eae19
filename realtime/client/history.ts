import { type BackoffOptions, backoffMs } from './backoff.ts';
import type { HistoryPage } from './chat-feed.ts';
import type { ChatMessage } from './chat-window.ts';
import { call, type Fetch } from './http.ts';
import { clientError, field, LiveError } from './refusal.ts';

export interface HistoryDeps {
  readonly fetch: Fetch;
  /** Where REST listens, e.g. `https://api.example.com`. */
  readonly apiUrl: string;
  readonly broadcastId: string;
  readonly backoff: BackoffOptions;
  /** Waits so many milliseconds, or until this client is closed. */
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly isClosed: () => boolean;
}

/** The most messages that the endpoint answers at once. */
const pageSize = 500;
/**
 * Milliseconds after which a history that fails counts as gone. What the room says meanwhile waits
 * for it, and a chat that stands still is worse than one with a hole that is told of.
 */
const patienceMs = 15_000;
const timeoutMs = 10_000;

/**
 * Reads `GET /v1/broadcasts/{id}/messages?afterSeq=`. What may pass (no network, overload) is tried
 * again with back-off, for a while.
 * @throws LiveError when it is refused for good, or failed for too long
 */
export function createHistory(deps: HistoryDeps): (afterSeq: number) => Promise<HistoryPage> {
  const { apiUrl, broadcastId } = deps;
  const base = `${apiUrl.replace(/\/$/, '')}/v1/broadcasts/${encodeURIComponent(broadcastId)}`;

  async function read(afterSeq: number, withinMs: number): Promise<HistoryPage> {
    const url = `${base}/messages?afterSeq=${afterSeq}&limit=${pageSize}`;
    // Anyone may read; a token that has run out would only be refused.
    return toPage(await call(deps.fetch, url, { timeoutMs: Math.min(timeoutMs, withinMs) }));
  }

  return async (afterSeq) => {
    const until = deps.now() + patienceMs;
    for (let failures = 0; ; failures += 1) {
      if (deps.isClosed()) throw clientError('CLOSED');
      try {
        return await read(afterSeq, Math.max(1, Math.ceil(until - deps.now())));
      } catch (error) {
        const passes = error instanceof LiveError && error.retry;
        const leftMs = until - deps.now();
        if (!passes || leftMs <= 0) throw error;
        await deps.wait(Math.min(leftMs, backoffMs(deps.backoff, failures, error.retryAfterMs)));
      }
    }
  };
}

function toPage(body: unknown): HistoryPage {
  const items: unknown = field(body, 'items');
  const lastSeq = Number(field(body, 'lastSeq'));
  if (!Array.isArray(items) || !Number.isFinite(lastSeq)) {
    throw new LiveError({ code: 'INTERNAL', retry: false, message: 'not a page of messages' });
  }
  const firstSeq = Number(field(body, 'firstAvailableSeq') ?? Number.NaN);
  return {
    items: items.map(toMessage),
    lastSeq,
    firstSeq: Number.isFinite(firstSeq) ? firstSeq : undefined,
    more: field(body, 'hasMore') === true || items.length === pageSize,
  };
}

function toMessage(item: unknown): ChatMessage {
  const text = (name: string) => {
    const value = field(item, name);
    return typeof value === 'string' ? value : '';
  };
  return {
    seq: Number(field(item, 'seq')),
    kind: text('kind'),
    userId: text('userId'),
    name: text('name'),
    text: text('text'),
    sentAt: Date.parse(text('sentAt')),
  };
}
