/**
 * Loaded into the services by NODE_OPTIONS=--import: says on standard error how late timers ran,
 * and how much processor the main thread took between two of them. The first also counts what the
 * rest of the machine did; the second is what the event loop was kept from anything else by us.
 */
const everyMs = 5;
const reportMs = 500;

let lateness: number[] = [];
let busy: number[] = [];
let due = performance.now() + everyMs;
let used = mainThreadMs();

setInterval(() => {
  const now = performance.now();
  lateness.push(Math.max(0, now - due));
  due = now + everyMs;
  const usedNow = mainThreadMs();
  busy.push(usedNow - used);
  used = usedNow;
}, everyMs).unref();

setInterval(() => {
  const [late, work] = [lateness, busy].map((values) => values.toSorted((a, b) => a - b));
  [lateness, busy] = [[], []];
  console.error(
    JSON.stringify({
      loopDelayP99Ms: at(late ?? [], 0.99),
      loopDelayMaxMs: at(late ?? [], 1),
      loopBusyMaxMs: at(work ?? [], 1),
    }),
  );
}, reportMs).unref();

function at(sorted: readonly number[], share: number): number {
  const i = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return Math.round((sorted[i] ?? 0) * 10) / 10;
}

function mainThreadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
