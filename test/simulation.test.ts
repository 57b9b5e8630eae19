import { describeWith } from './kit/describe-with.ts';
import { type MariaDb, startMariaDb } from './kit/mariadb.ts';
import { simulate } from './simulation/simulate.ts';

/** Another seed than the default is worth a try: ONAIR_SIMULATION_SEED=7 npm test -- simulation */
const seed = Number(process.env.ONAIR_SIMULATION_SEED ?? 20261122);

/** Statements of a transaction, which a process must have died after: late in a refund. */
const deep = 15;

describe(`a life of the platform, seed ${seed}`, () => {
  it('is explained by the model after each of 10,000 steps, and its books agree', async () => {
    const report = await simulate({ seed, steps: 10_000 });
    expect(report.steps).toBeGreaterThanOrEqual(10_000);
    expect(report.done.die).toBeGreaterThanOrEqual(100);
    expect(report.deepestDeath).toBeGreaterThanOrEqual(deep);
  }, 600_000);
});

describeWith(['mariadb'], `a life of the platform on MariaDB, seed ${seed}`, () => {
  let mariaDb: MariaDb;

  beforeAll(async () => {
    mariaDb = await startMariaDb();
  }, 60_000);

  afterAll(() => mariaDb.stop());

  it('is explained by the model after each of 2,000 steps, and its books agree', async () => {
    const report = await simulate({ seed, steps: 2_000, databaseUrl: mariaDb.url });
    expect(report.steps).toBeGreaterThanOrEqual(2_000);
  }, 600_000);
});
