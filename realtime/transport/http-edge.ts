import { matchMaker, type Router } from '@colyseus/core';
import {
  type ErrorCode,
  type ErrorDetails,
  httpStatusByCode,
  isErrorCode,
} from '../../common/errors/index.ts';
import type { Doorman } from './doorman.ts';
import { maxBodyBytes } from './limits.ts';
import { askForSeat } from './matchmaking.ts';
import { createSeatsByTicket, type SeatsByTicket } from './seats-by-ticket.ts';

/** Milliseconds in which the body of a request must have arrived. */
export const bodyTimeoutMs = 5_000;

/** What a transport knows of a request before its body. Header names are lower-case. */
export interface RequestHead {
  readonly method: string;
  /** As the client wrote it, with its query. */
  readonly url: string;
  /** Who asks, having looked through our proxies. */
  readonly address: string;
  header(name: string): string | undefined;
}

/** An answer that any transport can write. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers HTTP for both transports. Nothing that a client writes reaches the framework unless it
 * has the form that our clients give it: the framework would build a `Request` of whatever comes,
 * host and referrer included, and one that can't be built would end the process.
 */
export interface HttpEdge {
  /** The refusal of a request by its head alone, or undefined if its body may be read. */
  screen(head: RequestHead): Promise<EdgeAnswer | undefined>;
  /** The answer to a request that was let through. Never rejects. */
  answer(head: RequestHead, body: string | undefined): Promise<EdgeAnswer>;
}

const pathOf = (url: string) => url.split('?', 1)[0] ?? '';
const matchmaking = /^\/matchmake\/[a-zA-Z]{1,32}\/[a-zA-Z0-9_-]{1,64}$/;
const returning = '/matchmake/reconnect/';
const jsonType = { 'content-type': 'application/json' };

/** What fails inside of the framework is told to the doorman; the client gets a plain 500. */
export function createHttpEdge(router: Router, doorman: Doorman): HttpEdge {
  const seatsByTicket = createSeatsByTicket();
  return {
    async screen(head) {
      if (head.method === 'OPTIONS') return plainAnswer(204, head);
      const path = pathOf(head.url);
      if (head.method === 'GET' && path === '/health') return undefined;
      if (!matchmaking.test(path)) return plainAnswer(404, head, 'NOT_FOUND');
      if (head.method !== 'POST') return plainAnswer(405, head, 'METHOD_NOT_ALLOWED');
      const refused = refuseBody(head);
      if (refused !== undefined) return refused;
      const answer = await doorman.mayAsk(head.address, !path.startsWith(returning));
      return answer && { ...answer, headers: { ...corsFor(head), ...answer.headers } };
    },
    async answer(head, body) {
      const path = pathOf(head.url);
      const wantsSeat = head.method === 'POST' && !path.startsWith(returning);
      try {
        const answer =
          body === undefined
            ? await health(path)
            : await matchmake(head, path, body, seatsByTicket);
        if (wantsSeat && answer.status !== 200) doorman.seatNotGiven(head.address);
        return { ...answer, headers: { ...corsFor(head), ...answer.headers } };
      } catch (error) {
        doorman.onError(error);
        if (wantsSeat) doorman.seatNotGiven(head.address);
        return plainAnswer(500, head, 'INTERNAL');
      }
    },
  };

  async function health(path: string): Promise<EdgeAnswer> {
    const response = await router.handler(new Request(`http://realtime${path}`));
    const { status } = response;
    return { status, headers: jsonType, body: await response.text() };
  }
}

async function matchmake(
  head: RequestHead,
  path: string,
  body: string,
  seatsByTicket: SeatsByTicket,
): Promise<EdgeAnswer> {
  const options = readJson(body);
  if (options === undefined) return plainAnswer(400, head, 'INVALID_ARGUMENT');
  const token = head.header('authorization');
  const authorization = token !== undefined && isPrintable(token) ? token : undefined;
  const asking = { address: head.address, authorization };
  const ask = () => askForSeat(path, asking, options);
  // An account has its place without a ticket, and its seat is nobody else's.
  const seating = await (authorization === undefined ? seatsByTicket(options, ask) : ask());
  return withHint({ ...seating, headers: jsonType });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Refuses a body that is too large, of another kind, or of a length that nobody knows. */
function refuseBody(head: RequestHead): EdgeAnswer | undefined {
  const length = head.header('content-length');
  // Without its length a body could go on forever.
  if (length === undefined || !/^\d+$/.test(length)) return plainAnswer(411, head);
  if (Number(length) > maxBodyBytes) return plainAnswer(413, head, 'PAYLOAD_TOO_LARGE');
  const type = head.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') return plainAnswer(415, head, 'UNSUPPORTED_MEDIA_TYPE');
  return undefined;
}

/** The refusal of someone who should come back later, in the form that the framework refuses in. */
export function refusal(code: ErrorCode, retryAfterMs: number): EdgeAnswer {
  return refusalWith(code, { retryAfterMs: String(retryAfterMs) });
}

/** A refusal of the room's that says more than its code; see toServerError. */
function withHint(answer: EdgeAnswer): EdgeAnswer {
  if (answer.status < 400) return answer;
  const [, code = '', facts = ''] = /"([A-Z_]+)((?:; \w+=\w+)+)"/.exec(answer.body) ?? [];
  if (!isErrorCode(code)) return answer;
  const pairs = facts.matchAll(/(\w+)=(\w+)/g);
  return refusalWith(
    code,
    Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value])),
  );
}

function refusalWith(code: ErrorCode, details: ErrorDetails): EdgeAnswer {
  const status = httpStatusByCode[code];
  const { retryAfterMs } = details;
  const retry = {
    'retry-after': String(Math.ceil(Number(retryAfterMs) / 1_000)),
    'access-control-expose-headers': 'Retry-After',
  };
  return {
    status,
    headers: { 'content-type': 'application/json', ...(retryAfterMs === undefined ? {} : retry) },
    body: JSON.stringify({ code: status, error: code, details }),
  };
}

/** The answer to a client that does not finish its request. */
export function tooSlow(head: RequestHead): EdgeAnswer {
  return plainAnswer(408, head);
}

function corsFor(head: RequestHead): Record<string, string> {
  const origin = head.header('origin');
  return {
    ...matchMaker.controller.DEFAULT_CORS_HEADERS,
    'Access-Control-Allow-Origin': origin === undefined || !isPrintable(origin) ? '*' : origin,
  };
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}

function plainAnswer(status: number, head: RequestHead, error?: string): EdgeAnswer {
  const body = error === undefined ? '' : JSON.stringify({ code: status, error });
  const type = error === undefined ? 'text/plain' : 'application/json';
  return { status, headers: { ...corsFor(head), 'content-type': type }, body };
}
