import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { SimulationFailure, simulate } from './simulate.ts';

const help = `npm run simulate -- [--steps 100000] [--seed N] [--database-url mysql://...] [--trace]

Plays a life of the platform that follows from the seed, on SQLite in a temporary folder or on the
given empty MariaDB database, and holds it against a model after every step. Exits non-zero with
the seed, the step and the last calls when they differ. The same seed makes the same calls again;
on MariaDB, and where a card company is slow, what happens at the same time may fall out otherwise.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      steps: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      'database-url': { type: 'string' },
      trace: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const seed = Number(values.seed);
  console.log(`seed ${seed}`);
  const report = await simulate({
    seed,
    steps: Number(values.steps),
    databaseUrl: values['database-url'],
    onGroup: (lines) => {
      if (values.trace) console.log(lines.join('\n'));
    },
  });
  console.log(JSON.stringify({ simulation: 'passed', seed, ...report }, null, 2));
  return 0;
}

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    console.error(error instanceof SimulationFailure ? error.message : error);
    process.exit(1);
  });
