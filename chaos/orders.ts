import { unwrap } from '../api/client/index.ts';
import { type Mode, startOnair } from '../test/kit/onair.ts';
import { attempt, makePerson, openShop, type Shop } from '../test/rest-shop.ts';
import { createBuyer } from './buyer.ts';
import { createRandom } from './random.ts';
import { playRound, type RoundResult } from './round.ts';

export interface ChaosOptions {
  readonly mode: Mode;
  readonly rounds: number;
  readonly seed: number;
  readonly buyers: number;
  /** Told after each round. */
  readonly onRound: (round: number, result: RoundResult) => void;
}

/**
 * Plays rounds of a sale on a platform of its own while its processes are killed at moments that
 * the seed chooses. Answers the results; a round with problems is a defect.
 */
export async function runOrderChaos(options: ChaosOptions): Promise<RoundResult[]> {
  const random = createRandom(options.seed);
  const onair = await startOnair(options.mode, {
    // Short, so that forgotten orders expire within the round; long enough to pay over a restart.
    env: { PAYMENT_DEADLINE_SECONDS: '8', TOSS_TIMEOUT_MS: '2000', ACCESS_TOKEN_SECONDS: '86400' },
  });
  try {
    const shop = await openShop(onair);
    const people = await Promise.all(
      Array.from({ length: options.buyers }, (_, i) => makePerson(onair, `buyer${i}`)),
    );
    await Promise.all(people.map((person) => givePoints(shop, person.user.id)));
    const buyers = people.map((person, i) => createBuyer(onair, person, i));
    const results: RoundResult[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const result = await playRound({ onair, shop, buyers }, random);
      results.push(result);
      options.onRound(round, result);
    }
    await Promise.all(buyers.map((buyer) => buyer.leave()));
    return results;
  } finally {
    await onair.stop();
  }
}

async function givePoints(shop: Shop, userId: string): Promise<void> {
  await unwrap(
    shop.admin.api.POST('/v1/users/{userId}/points', {
      params: { path: { userId }, ...attempt() },
      body: { amount: 10_000_000, reason: 'chaos' },
    }),
  );
}
