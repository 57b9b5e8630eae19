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
const count = Number(process.env.FUZZ_COUNT ?? 100_000);

const viewers: readonly Viewer[] = [
  { kind: 'guest' },
  { kind: 'user', loginId: 'ses_1', userId: `usr_${'A'.repeat(26)}`, name: '안나', role: 'viewer' },
];

describe('requests of any form', () => {
  it(`are answered or refused in a typed way (seed ${seed}, ${count} inputs)`, async () => {
    // Nobody is there: what gets past the handlers is UNAVAILABLE.
    const clients = createClientPool('127.0.0.1:1', 'x'.repeat(32));
    const batching = { clients, log: silentLogger(), queueLimit: count };
    const handlers = createRequestHandlers({
      broadcastId: `brc_${'A'.repeat(26)}`,
      hostId: () => `usr_${'B'.repeat(26)}`,
      isLive: () => true,
      posts: createChatBatch(batching, 0),
      orders: createOrderBatch(batching),
      audience: createAudience(batching),
      clock: systemClock,
      onPosted: () => undefined,
    });
    const answer = createAnswer({ handlers, closed: () => false, log: silentLogger() });
    const fuzz = createFuzz(seed);
    const types = [...handlers.keys(), 'nothing'];
    const codes = new Map<string, number>();
    const note = (type: string, message: unknown, code: string) => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (code !== 'INTERNAL' && (errorCodes as readonly string[]).includes(code)) return;
      throw new Error(`${type} ${JSON.stringify(message)}: ${code}; seed ${seed}`);
    };
    for (let done = 0; done < count; done += 1_000) {
      await Promise.all(
        Array.from({ length: Math.min(1_000, count - done) }, async () => {
          const [type, viewer] = [fuzz.pick(types), fuzz.pick(viewers)];
          const message = fuzz.message();
          const refused: { code: string }[] = [];
          const context: MessageContext = {
            id: fuzz.pick([1, undefined]),
            reject: (error) => refused.push(Object(error)) as never,
            resolve: () => undefined as never,
          };
          const onRefused = (error: { code: string }) => void refused.push(error);
          const said = await answer({ type, viewer, message, context, onRefused });
          if (refused.length + (said === undefined ? 0 : 1) > 1)
            throw new Error(`${type}: two answers`);
          for (const { code } of refused) note(type, message, code);
        }),
      );
    }
    clients.close();
    expect(codes.get('INVALID_ARGUMENT')).toBeGreaterThan(count / 10);
    // The game reaches the services too, or it would test nothing but the parser.
    expect(codes.get('UNAVAILABLE')).toBeGreaterThan(count / 10_000);
  }, 300_000);
});
