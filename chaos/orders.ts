import { unwrap } from '../api/client/index.ts';
import { type Mode, startOnair } from '../test/kit/onair.ts';
import { attempt, makePerson, openShop, type Shop } from '../test/rest-shop.ts';
import { createPlanner } from './breakage.ts';
import { createBuyer } from './buyer.ts';
import { createRandom } from './random.ts';
import { playRound, type RoundResult } from './round.ts';
import { openWaitingJobs } from './waiting-jobs.ts';

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
    env: {
      ...{ PAYMENT_DEADLINE_SECONDS: '6', TOSS_TIMEOUT_MS: '2000', ACCESS_TOKEN_SECONDS: '86400' },
      // Several rooms on each process, so that each that is killed takes buyers with it.
      ROOM_CAPACITY: '8',
      // Whoever is put out of a room comes back at once.
      ...{ USER_JOINS_PER_MINUTE: '1000000', ADDRESS_JOINS_PER_MINUTE: '1000000' },
    },
  });
  const jobs = await openWaitingJobs(onair);
  try {
    const shop = await openShop(onair);
    const people = await Promise.all(
      Array.from({ length: options.buyers }, (_, i) => makePerson(onair, `buyer${i}`)),
    );
    await Promise.all(people.map((person) => givePoints(shop, person.user.id)));
    const buyers = people.map((person, i) => createBuyer(onair, person, i));
    const deps = { onair, shop, buyers, countWaitingJobs: () => jobs.count() };
    const plan = createPlanner(onair, random);
    const results: RoundResult[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const result = await playRound(deps, plan(), random);
      results.push(result);
      options.onRound(round, result);
    }
    await Promise.all(buyers.map((buyer) => buyer.leave()));
    return results;
  } finally {
    await jobs.close();
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
