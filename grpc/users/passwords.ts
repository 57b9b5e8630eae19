import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { createCoalescer } from '../../common/coalesce.ts';
import { normalisePassword } from './password-rules.ts';

/** Hashes passwords with argon2id; off the main thread, a few at a time, the rest in a queue. */
export interface Passwords {
  /**
   * A hash in PHC form, with a salt of its own.
   * @throws Overloaded when too many wait
   * @throws AbortError when `signal` was aborted before its turn
   */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /**
   * Whether it is the password of that hash. Takes as long when there is no hash, so that the time
   * of an answer doesn't tell whether there is an account.
   * @throws Overloaded when too many wait
   * @throws AbortError when `signal` was aborted before its turn
   */
  verify(
    hashed: string | null | undefined,
    password: string,
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** Whether the hash was made with other settings than today's. */
  isOutdated(hashed: string): boolean;
}

/** Hashes at work at once. Node has four threads for such work; files and names need one of them. */
const parallel = Math.min(3, availableParallelism());
/** Hashes that may wait: some ten seconds of work. Whoever gave up meanwhile costs nothing. */
const maxWaiting = 1_000;

/** @param memoryKib memory of one hash in KiB; with two passes, as OWASP advises for 19 MiB. */
export function createPasswords(memoryKib: number): Passwords {
  const options = { memoryCost: memoryKib, timeCost: 2, parallelism: 1 };
  const queue = createCoalescer<() => Promise<unknown>, unknown>({
    name: 'password hashing',
    maxBatch: parallel,
    maxQueue: maxWaiting,
    run: (works) => Promise.allSettled(works.map((work) => work())),
  });

  async function inTurn<Result>(
    work: () => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    let done: { readonly result: Result } | undefined;
    await queue.submit(async () => {
      signal?.throwIfAborted();
      done = { result: await work() };
    });
    if (done === undefined) throw new Error('a password was not looked at');
    return done.result;
  }

  // Nobody knows the password of this hash, so no password fits it.
  let nobody: Promise<string> | undefined;
  const hashOfNobody = () => {
    nobody ??= hash(randomBytes(32), options);
    return nobody;
  };
  // Made before the first unknown e-mail comes, or that one answer would take twice as long.
  void hashOfNobody();

  return {
    hash: (password, signal) => inTurn(() => hash(normalisePassword(password), options), signal),
    verify: (hashed, password, signal) =>
      inTurn(async () => {
        const fits = await verify(hashed ?? (await hashOfNobody()), normalisePassword(password));
        return fits && typeof hashed === 'string';
      }, signal),
    isOutdated(hashed) {
      const made = parseOptions(hashed);
      return (
        made.memoryCost !== options.memoryCost ||
        made.timeCost !== options.timeCost ||
        made.parallelism !== options.parallelism
      );
    },
  };
}
