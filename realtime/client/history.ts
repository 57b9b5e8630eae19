import { type BackoffOptions, backoffMs, pause } from './backoff.ts';
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
  /** Settles when this client is closed. */
  readonly closed: Promise<unknown>;
  readonly isClosed: () => boolean;
}

/** The most messages that the endpoint answers at once. */
const pageSize = 500;
/** Failures in a row after which the history counts as gone: a minute and a half or so. */
const maxFailures = 12;
const timeoutMs = 10_000;

/**
 * Reads `GET /v1/broadcasts/{id}/messages?afterSeq=`. What may pass (no network, overload) is tried
 * again with back-off.
 * @throws LiveError when it is refused for good, or failed too often
 */
export function createHistory(deps: HistoryDeps): (afterSeq: number) => Promise<HistoryPage> {
  const { apiUrl, broadcastId } = deps;
  const base = `${apiUrl.replace(/\/$/, '')}/v1/broadcasts/${encodeURIComponent(broadcastId)}`;

  async function read(afterSeq: number): Promise<HistoryPage> {
    const url = `${base}/messages?afterSeq=${afterSeq}&limit=${pageSize}`;
    // Anyone may read; a token that has run out would only be refused.
    return toPage(await call(deps.fetch, url, { timeoutMs }));
  }

  return async (afterSeq) => {
    for (let failures = 0; ; failures += 1) {
      if (deps.isClosed()) throw clientError('CLOSED');
      try {
        return await read(afterSeq);
      } catch (error) {
        const passes = error instanceof LiveError && error.retry;
        if (!passes || failures >= maxFailures) throw error;
        await pause(backoffMs(deps.backoff, failures, error.retryAfterMs), deps.closed);
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
