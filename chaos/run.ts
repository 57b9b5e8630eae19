import { parseArgs } from 'node:util';
import { runOrderChaos } from './orders.ts';

const help = `npm run chaos -- orders [--rounds 50] [--seed N] [--mode cluster|embedded] [--buyers 40]

Kills processes of a platform of its own under load and checks, after every round, that nothing was
lost, made twice or oversold. Exits non-zero if anything was. The seed chooses what is killed when.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      mode: { type: 'string', default: 'cluster' },
      buyers: { type: 'string', default: '40' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true || positionals[0] !== 'orders') {
    console.log(help);
    return values.help === true ? 0 : 2;
  }
  const seed = Number(values.seed);
  console.log(`seed ${seed}`);
  const results = await runOrderChaos({
    mode: values.mode === 'embedded' ? 'embedded' : 'cluster',
    rounds: Number(values.rounds),
    seed,
    buyers: Number(values.buyers),
    onRound(round, { broken, orders, refused, paid, sold, problems }) {
      const came = `${orders} orders, ${refused} refused, ${paid} paid, ${sold} units sold`;
      console.log(`round ${round}: killed ${broken}; ${came}`);
      for (const problem of problems) console.log(`  BROKEN ${problem}`);
    },
  });
  const problems = results.flatMap((result) => result.problems);
  const orders = results.reduce((sum, result) => sum + result.orders, 0);
  console.log(
    JSON.stringify({
      chaos: 'orders',
      seed,
      rounds: results.length,
      orders,
      problems: problems.length,
    }),
  );
  return problems.length === 0 ? 0 : 1;
}

// The kit's processes don't keep this one alive, so that a test run can end without them.
setInterval(() => undefined, 60_000);

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
