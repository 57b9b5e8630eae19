/** `npm run bench -- NAME [options]`: ours and its baselines in one run, a table, one JSON line. */
const benches: Readonly<
  Record<string, () => Promise<{ run(args: readonly string[]): Promise<BenchResult> }>>
> = {
  orders: () => import('./orders/orders.ts'),
  overload: () => import('./overload/overload.ts'),
  points: () => import('./points/points.ts'),
  burst: () => import('./burst/burst.ts'),
  edge: () => import('./edge/edge.ts'),
  login: () => import('./login/login.ts'),
  chat: () => import('./chat/chat.ts'),
  crowd: () => import('./crowd/crowd.ts'),
  recovery: () => import('./recovery/recovery.ts'),
  shards: () => import('./shards/shards.ts'),
};

/** What a benchmark ends with. */
export interface BenchResult {
  /** Ours against its baselines, of the same run. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, unknown>>;
}

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const load = benches[name];
  if (load === undefined) {
    console.error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
    process.exit(2);
  }
  // The processes that a benchmark starts don't keep this one alive while it waits for them.
  const awake = setInterval(() => undefined, 1_000);
  const { ratios, figures } = await (await load()).run(args);
  clearInterval(awake);
  console.log(JSON.stringify({ bench: name, ratios, figures }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
