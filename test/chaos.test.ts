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
      buyers: 24,
      onRound: () => undefined,
    });
    const problems = results.flatMap((result, i) =>
      result.problems.map((problem) => `round ${i + 1}, killed ${result.broken}: ${problem}`),
    );
    expect(problems).toEqual([]);
    for (const { orders, paid } of results) {
      expect(orders).toBeGreaterThan(10);
      expect(paid).toBeGreaterThan(0);
    }
    const killed = results.map((result) => result.broken).join();
    for (const kind of ['grpc', 'mariadb', 'realtime', 'workers']) expect(killed).toContain(kind);
  }, 600_000);
});
