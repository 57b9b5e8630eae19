import type { MessageContext } from '@colyseus/core';
import { systemClock } from '../../common/clock.ts';
import { errorCodes } from '../../common/errors/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { createClientPool } from '../../common/rpc/clients.ts';
import { createFuzz } from '../../test/kit/fuzz.ts';
import { createAudience } from '../batches/audience.ts';
import { createChatBatch } from '../batches/chat-batch.ts';
import { createOrderBatch } from '../batches/order-batch.ts';
import type { Viewer } from '../viewer.ts';
import { createAnswer } from './answer.ts';
import { createRequestHandlers } from './request-handlers.ts';

/** `FUZZ_SEED=7 FUZZ_COUNT=1000000 npm test -- realtime/requests/fuzz` plays another game. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_701);
/** Inputs for each type. */
const count = Number(process.env.FUZZ_COUNT ?? 100_000);
/** Inputs at once. */
const atOnce = 5_000;

const hostId = `usr_${'B'.repeat(26)}`;
const login = { kind: 'user', loginId: 'ses_1', name: '안나' } as const;
const viewers: readonly Viewer[] = [
  { kind: 'guest' },
  { ...login, userId: `usr_${'A'.repeat(26)}`, role: 'viewer' },
  { ...login, userId: hostId, role: 'host' },
];

/** What becomes of a request of each type that is in good form, where no service answers. */
const farthest: Readonly<Record<string, string>> = {
  ...{ chat: 'UNAVAILABLE', order: 'UNAVAILABLE', vote: 'UNAVAILABLE', ask: 'UNAVAILABLE' },
  ...{ upvote: 'UNAVAILABLE', heart: 'answered', clock: 'answered', nothing: 'UNKNOWN_MESSAGE' },
};

describe('requests of any form', () => {
  beforeAll(() => {
    // Nobody reads where each of a million refusals came from.
    Error.stackTraceLimit = 0;
  });

  // Nobody is there: what gets past the handlers is UNAVAILABLE.
  const clients = createClientPool('127.0.0.1:1', 'x'.repeat(32));
  afterAll(() => clients.close());
  const batching = { clients, log: silentLogger(), queueLimit: atOnce };
  const handlers = createRequestHandlers({
    broadcastId: `brc_${'A'.repeat(26)}`,
    hostId: () => hostId,
    isLive: () => true,
    posts: createChatBatch(batching, 0),
    orders: createOrderBatch(batching),
    audience: createAudience(batching),
    clock: systemClock,
    onPosted: async () => undefined,
  });
  const answer = createAnswer({ handlers, closed: () => false, log: silentLogger() });

  /** How it ended: with an answer or a code, and never with both or neither. */
  async function outcomeOf(type: string, viewer: Viewer, message: unknown, id: number | undefined) {
    const refused: { code: string }[] = [];
    const context: MessageContext = {
      id,
      reject: (error) => refused.push(Object(error)) as never,
      resolve: () => undefined as never,
    };
    const onRefused = (error: { code: string }) => void refused.push(error);
    const said = await answer({ type, viewer, message, context, onRefused });
    const outcomes = refused.map(({ code }) => code);
    if (said !== undefined) outcomes.push('answered');
    const [outcome, ...others] = outcomes;
    return others.length === 0 ? outcome : undefined;
  }

  it('are of every type that rooms know, and one that they don’t', () => {
    expect(Object.keys(farthest).sort()).toEqual([...handlers.keys(), 'nothing'].sort());
  });

  it.each(Object.entries(farthest))(
    `are answered or refused in a typed way: %s (seed ${seed}, ${count} inputs)`,
    async (type, far) => {
      const fuzz = createFuzz(seed);
      const outcomes = new Map<string, number>();
      for (let done = 0; done < count; done += atOnce) {
        await Promise.all(
          Array.from({ length: Math.min(atOnce, count - done) }, async () => {
            const [viewer, id] = [fuzz.pick(viewers), fuzz.pick([1, undefined])];
            const message = fuzz.message(type);
            const outcome = await outcomeOf(type, viewer, message, id);
            if (outcome === undefined || !typed.has(outcome)) {
              throw new Error(`${type} ${JSON.stringify(message)}: ${outcome}; seed ${seed}`);
            }
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          }),
        );
      }
      // The game goes all the way too, or it would test nothing but the parser.
      expect(outcomes.get(far)).toBeGreaterThan(far === 'answered' ? 10 : count / 100);
      if (type in { clock: 1, nothing: 1 }) expect(outcomes.size).toBe(1);
      else expect(outcomes.get('INVALID_ARGUMENT')).toBeGreaterThan(count / 10);
    },
    300_000,
  );
});

/** What a request may end with. */
const typed: ReadonlySet<string> = new Set([
  'answered',
  ...errorCodes.filter((code) => code !== 'INTERNAL'),
]);
