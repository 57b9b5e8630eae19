import { clientError, type LiveError, refusalOf } from './refusal.ts';

/** The runtime's own, unless the app brings one. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface CallOptions {
  readonly method?: 'GET' | 'POST';
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly timeoutMs: number;
}

/**
 * Calls an address that answers JSON.
 * @throws LiveError with the answer's code and status; UNREACHABLE, to be tried again, without one
 */
export async function call(fetch: Fetch, url: string, options: CallOptions): Promise<unknown> {
  const { method = 'GET', token, body, timeoutMs } = options;
  let answer: { readonly response: Response; readonly body: unknown };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: limit.signal,
    });
    answer = { response, body: await readJson(response) };
  } catch (error) {
    throw unreachable(error);
  } finally {
    clearTimeout(timer);
  }
  const { response } = answer;
  if (response.ok) return answer.body;
  throw refusalOf(response.status, answer.body, response.headers);
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): LiveError {
  return Object.assign(clientError('UNREACHABLE', true), { cause });
}
