import { simulate } from './simulation/simulate.ts';

/** Another seed than the default is worth a try: ONAIR_SIMULATION_SEED=7 npm test -- simulation */
const seed = Number(process.env.ONAIR_SIMULATION_SEED ?? 20261122);

describe(`a life of the platform, seed ${seed}`, () => {
  it('is explained by the model after each of 10,000 steps, and its books agree', async () => {
    const report = await simulate({ seed, steps: 10_000 });
    expect(report.steps).toBeGreaterThanOrEqual(10_000);
    expect(report.deaths).toBeGreaterThan(0);
  }, 600_000);
});
