import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './schema.ts';

export { type Problem, ProblemError, unwrap } from './problem-error.ts';
export type { components, operations, paths } from './schema.ts';

export interface OnairClientOptions {
  /** Where the API listens, e.g. `http://127.0.0.1:3000`. */
  readonly baseUrl: string;
  /** The access token to send, asked for at each call; undefined calls anonymously. */
  readonly accessToken?: () => string | undefined;
  /** Language of the titles of refusals; Korean unless told. */
  readonly language?: 'ko' | 'en';
}

/** A client of the REST edge: a method for each HTTP method, typed by path. */
export type OnairClient = Client<paths>;

/**
 * Calls the REST edge with types that follow from its spec. A refusal is returned as `error`, typed
 * as a problem; {@link unwrap} throws it instead. An attempt that may be repeated names itself with
 * `params: { header: { 'Idempotency-Key': key } }`, which the types demand where REST does.
 */
export function createOnairClient(options: OnairClientOptions): OnairClient {
  const client = createClient<paths>({
    baseUrl: options.baseUrl,
    headers: { 'accept-language': options.language ?? 'ko' },
  });
  client.use({
    onRequest({ request }) {
      const token = options.accessToken?.();
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    },
  });
  return client;
}
