import type { ErrorCode } from '../../common/errors/index.ts';

/** What can go wrong on this side of the wire. */
export type ClientErrorCode =
  /** The request was sent, no answer came, and sending it again might do it twice. */
  | 'OUTCOME_UNKNOWN'
  /** No answer in time, however often it was asked. */
  | 'NO_ANSWER'
  /** This client was closed. */
  | 'CLOSED'
  /** Nothing answered at the address. */
  | 'UNREACHABLE'
  /** The room closed the connection because of a ban; as the door says it, in other words. */
  | 'BANNED';

const texts: Readonly<Record<ClientErrorCode, { readonly ko: string; readonly en: string }>> = {
  OUTCOME_UNKNOWN: {
    ko: '연결이 끊겨 처리 결과를 알 수 없습니다. 내역을 확인해 주세요.',
    en: 'The connection broke and the outcome is unknown. Please check before trying again.',
  },
  NO_ANSWER: {
    ko: '응답이 없습니다. 잠시 후 다시 시도해 주세요.',
    en: 'No answer came in time. Please try again.',
  },
  CLOSED: { ko: '방송 연결이 종료되었습니다.', en: 'This connection was closed.' },
  UNREACHABLE: { ko: '서버에 연결할 수 없습니다.', en: 'The server could not be reached.' },
  BANNED: { ko: '이 방송에 참여할 수 없습니다.', en: 'You may not take part in this broadcast.' },
};

/** A refusal of the room or at its door, or a failure on this side, by a stable code. */
export class LiveError extends Error {
  readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** Whether the same may succeed later. */
  readonly retry: boolean;
  readonly details: Readonly<Record<string, string>>;
  /** The HTTP status of a refusal at the door; 0 elsewhere. */
  readonly status: number;
  /** For people, in English; `message` is Korean. The same where the server gave one text only. */
  readonly english: string;

  constructor(facts: {
    readonly code: string;
    readonly message?: string | undefined;
    readonly retry: boolean;
    readonly details?: Readonly<Record<string, string>> | undefined;
    readonly status?: number;
  }) {
    const own = isClientErrorCode(facts.code) ? texts[facts.code] : undefined;
    super(facts.message ?? own?.ko ?? facts.code);
    this.name = 'LiveError';
    this.code = facts.code;
    this.retry = facts.retry;
    this.details = facts.details ?? {};
    this.status = facts.status ?? 0;
    this.english = own?.en ?? this.message;
  }

  /** When the server says to come back, in milliseconds; undefined when it doesn't. */
  get retryAfterMs(): number | undefined {
    const ms = Number(this.details.retryAfterMs ?? Number.NaN);
    return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
  }
}

function isClientErrorCode(code: string): code is ClientErrorCode {
  return Object.hasOwn(texts, code);
}

/** A failure on this side. */
export function clientError(
  code: ClientErrorCode,
  retry = false,
  details: Readonly<Record<string, string>> = {},
): LiveError {
  return new LiveError({ code, retry, details });
}

/** What an HTTP answer that is not a success says, whatever its form. */
export function refusalOf(status: number, body: unknown, headers?: Headers): LiveError {
  const said = parts(body);
  const retryAfterS = Number(headers?.get('retry-after') ?? Number.NaN);
  const details = {
    ...(Number.isFinite(retryAfterS) ? { retryAfterMs: String(retryAfterS * 1_000) } : {}),
    ...said.details,
  };
  return new LiveError({ ...said, details, status, retry: mayPass(status) });
}

/** Overload, a process that ends, a gateway, the framework's own failures: these pass. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/**
 * The code, text and facts of a refusal's body. Where the framework passes nothing else on, our code
 * is its `error`, with facts behind it: `OVERLOADED; retryAfterMs=500`.
 */
function parts(body: unknown): {
  code: string;
  message?: string | undefined;
  details: Record<string, string>;
} {
  const said = [field(body, 'error'), field(body, 'code')].find((it) => typeof it === 'string');
  const [code = '', ...facts] = typeof said === 'string' ? said.split('; ') : [];
  const message = field(body, 'message') ?? field(body, 'title');
  return {
    code: code === '' ? 'UNREACHABLE' : code,
    message: typeof message === 'string' ? message : undefined,
    details: { ...pairs(facts), ...textFields(field(body, 'details')) },
  };
}

function pairs(facts: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const fact of facts) {
    const at = fact.indexOf('=');
    if (at > 0) found[fact.slice(0, at)] = fact.slice(at + 1);
  }
  return found;
}

/** A room's answer to a request that it refused, if that is what `error` is. */
export function roomRefusal(error: unknown): LiveError | undefined {
  const reason = field(error, 'reason');
  const code = field(reason, 'code');
  if (typeof code !== 'string') return undefined;
  const message = field(reason, 'message');
  return new LiveError({
    code,
    message: typeof message === 'string' ? message : undefined,
    retry: field(reason, 'retry') === true,
    details: textFields(field(reason, 'details')),
  });
}

/** A property of something that came over the wire. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textFields(value: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, text] of Object.entries(value)) {
    if (['string', 'number', 'boolean'].includes(typeof text)) found[name] = String(text);
  }
  return found;
}
