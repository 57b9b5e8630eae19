import type { components } from './schema.ts';

/** A refusal as REST answers it (RFC 9457). Branch on its `code`. */
export type Problem = components['schemas']['Problem'];

/** A refusal, thrown by {@link unwrap}. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** What a call of the client resolves to. */
type Result<Data> =
  | { data: Data; error?: never; response: Response }
  | { data?: never; error: Problem; response: Response };

/**
 * What a call answered, without its envelope; undefined where there is no body.
 * @throws ProblemError when the call was refused
 * @throws Error when something on the way answered that isn't the API, e.g. a proxy
 */
export async function unwrap<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const result = await call;
  const { error, response } = result;
  if (isProblem(error)) throw new ProblemError(error);
  if (!response.ok || result.error !== undefined) {
    throw new Error(`${response.url} answered ${response.status} without a problem`);
  }
  return result.data;
}

/** Whether an error body has the shape that the types promise; a proxy's page hasn't. */
function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'requestId' in body;
}
