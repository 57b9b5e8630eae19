import { runOrderChaos } from '../chaos/orders.ts';
import { describeWith } from './kit/describe-with.ts';

/** Another seed than the default is worth a try: ONAIR_CHAOS_SEED=7 npm test -- chaos */
const seed = Number(process.env.ONAIR_CHAOS_SEED ?? 20261122);

describeWith(['mariadb', 'redis'], `a sale while processes are killed, seed ${seed}`, () => {
  it('loses nothing, makes nothing twice and oversells nothing', async () => {
    const results = await runOrderChaos({
      mode: 'cluster',
      rounds: 5,
      seed,
      buyers: 30,
      onRound: () => undefined,
    });
    expect(results.flatMap((result) => result.problems)).toEqual([]);
    expect(results.reduce((sum, result) => sum + result.orders, 0)).toBeGreaterThan(0);
  }, 600_000);
});
