import type { Random } from '../../chaos/random.ts';
import { auditAll } from './audit.ts';
import { rollCall } from './calls/roll-call.ts';
import { type Coverage, createCoverage, type Deed, shortfalls } from './coverage.ts';
import type { Finished } from './errand.ts';
import { said } from './model/answer.ts';
import type { Fate } from './platform/mortal-database.ts';
import type { Process } from './platform/platform.ts';
import { openSimulation, type Simulation } from './simulation.ts';
import { takeJobs } from './worker.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Calls to make at least; up to twice as many until enough of everything has happened. */
  readonly steps: number;
  /** MariaDB instead of SQLite: the database must be empty. */
  readonly databaseUrl?: string | undefined;
  /** Told of every group of calls. */
  readonly onGroup?: (lines: readonly string[]) => void;
}

export interface SimulationReport {
  readonly steps: number;
  readonly groups: number;
  readonly audits: number;
  /** How often each thing happened, without refusals and repeats. */
  readonly done: Readonly<Record<Deed, number>>;
  /** The most statements that a transaction had run when its process died in it. */
  readonly deepestDeath: number;
  /** How often each answer was given, by the first word of the call. */
  readonly answers: Readonly<Record<string, number>>;
}

/** The platform and the model went apart. The message says how to see it again. */
export class SimulationFailure extends Error {
  constructor(seed: number, step: number, problems: readonly string[], trace: readonly string[]) {
    super(
      [
        `seed ${seed}, step ${step}:`,
        ...problems.map((problem) => `  ${problem}`),
        'the last calls, those of one group at the same time:',
        ...trace,
        `again: npm run simulate -- --seed ${seed} --steps ${step}`,
      ].join('\n'),
    );
    this.name = 'SimulationFailure';
  }
}

/** Steps between two audits of everything; they grow with the run, as audits do. */
const auditEvery = 500;
const tracedGroups = 8;

/**
 * Plays a seeded life of the platform: many callers at once, repeated and twisted requests, jobs
 * done twice or never reported, processes that die at any statement. After every group of calls
 * there must be an order of events in which each answer is right and that ends where the database
 * is; at intervals everything is audited. A run in which too little happened proves nothing, and
 * fails too.
 * @throws SimulationFailure
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const simulation = await openSimulation(options.seed, options.databaseUrl);
  try {
    return await run(simulation, options);
  } finally {
    await simulation.platform.stop();
  }
}

async function run(simulation: Simulation, options: SimulationOptions): Promise<SimulationReport> {
  const { seed, steps } = options;
  const groups: string[][] = [];
  const answers: Record<string, number> = {};
  const count = { steps: 0, groups: 0, audits: 0 };
  const coverage = createCoverage();
  let nextAudit = auditEvery;

  function insist(problems: readonly string[]): void {
    if (problems.length > 0)
      throw new SimulationFailure(seed, count.steps, problems, groups.flat());
  }

  async function playGroup(mischief: boolean): Promise<readonly Finished[]> {
    const played = await playOne(simulation, coverage, mischief);
    const lines = played.finished.map(
      (finished, i) => `  ${count.steps + i + 1} ${inWords(finished)}`,
    );
    groups.push([`group ${count.groups + 1}, ${simulation.world.now}`, ...lines]);
    groups.splice(0, groups.length - tracedGroups);
    options.onGroup?.(groups.at(-1) ?? []);
    count.groups += 1;
    count.steps += played.finished.length;
    coverage.add(played.finished);
    if (played.finished.some(({ told }) => told.wasLost)) coverage.count('die');
    for (const { call, told } of played.finished) {
      const word = `${call.label.split(' ')[0]} ${told.answer.ok ? 'ok' : told.answer.code}`;
      answers[word] = (answers[word] ?? 0) + 1;
    }
    insist(played.problems);
    return played.finished;
  }

  async function audit(): Promise<void> {
    insist(await auditAll(simulation));
    count.audits += 1;
    nextAudit = count.steps + Math.max(auditEvery, Math.floor(count.steps / 8));
  }

  // In a short run chance may leave something out: then it goes on, for as long again at most.
  const isWhole = () => shortfalls(steps, coverage.counts(simulation)).length === 0;
  while (count.steps < steps || (count.steps < 2 * steps && !isWhole())) {
    await playGroup(true);
    if (count.steps >= nextAudit) await audit();
  }
  await comeToRest(simulation, () => playGroup(false));
  await audit();
  insist(await restless(simulation));
  const done = coverage.counts(simulation);
  insist(shortfalls(steps, done));
  const depths = simulation.platform.processes.map((process) => process.deepestDeath);
  return { ...count, answers, done, deepestDeath: Math.max(...depths) };
}

/** One group: some calls, perhaps a worker's shift, perhaps a death; or the worker alone. */
async function playOne(simulation: Simulation, coverage: Coverage, mischief: boolean) {
  const { dice, platform } = simulation;
  const { random } = dice;
  passTime(simulation, mischief);
  if (mischief && random.chance(0.03)) await mendCards(simulation, 0.5);
  const pick = (): Process => random.pick(platform.processes);
  const calls = [];
  const size = mischief ? (random.chance(0.4) ? 1 : 2 + random.below(4)) : 0;
  for (let i = 0; i < size; i += 1) {
    const call = await rollCall(dice);
    calls.push({ call, process: pick() });
    // The same request at the same time, through the same process or the other one.
    if (random.chance(0.06)) calls.push({ call, process: pick() });
  }
  const works = !mischief || random.chance(0.25);
  const odds = mischief
    ? { random, forgetful: 0.1, twice: 0.15, deadly: 0.1 }
    : { random, forgetful: 0, twice: 0, deadly: 0 };
  const shift = works ? await takeJobs(pick(), dice.recent, odds) : undefined;
  if (works && shift === undefined) coverage.count('die with jobs');
  for (const call of shift?.calls ?? []) calls.push({ call, process: pick() });
  if (mischief && random.chance(0.1)) pick().doom(rollFate(random));
  const played = await simulation.play(calls);
  await shift?.report(played.finished);
  return played;
}

/** A commit or its answer, or any statement: the longest transactions have some thirty. */
function rollFate(random: Random): Fate {
  const at = random.pick(['commit', 'answer', 'statement', 'statement'] as const);
  return at === 'statement'
    ? { statements: random.below(random.pick([12, 24, 48])) }
    : { transactions: random.below(3), at };
}

function passTime(simulation: Simulation, mischief: boolean): void {
  const { random } = simulation.dice;
  const { clock } = simulation.platform;
  if (!mischief) clock.advance(15_000);
  else if (random.chance(0.12)) clock.advance(untilSomethingTurns(simulation));
  else if (random.chance(0.04)) clock.advance(10_000 + random.below(80_000));
  else if (random.chance(0.6)) clock.advance(1 + random.below(3_000));
}

/** Milliseconds to the very moment at which a deal, an order or points begin or end; 0 if none do. */
function untilSomethingTurns({ dice: { random, recent }, world }: Simulation): number {
  const lots = world.lots.values().slice(-20);
  const deals = recent.deals.map((id) => world.deals.need(id));
  const turns = random.pick([
    deals.flatMap((deal) => [deal.startsAt, deal.endsAt]),
    recent.orders.map((id) => world.orders.need(id).deadline),
    lots.map(({ expiresAt }) => expiresAt),
  ]);
  const ahead = turns.map((turn) => turn - world.now).filter((ms) => ms > 0 && ms < 30_000);
  return ahead.length === 0 ? 0 : random.pick(ahead);
}

/** The card company gets well again, or says no at last. */
async function mendCards({ dice, platform }: Simulation, refusing: number): Promise<void> {
  const { stuckCards } = dice.recent;
  for (const key of stuckCards) {
    const outcome = dice.random.chance(refusing) ? 'decline:REJECT_CARD_PAYMENT' : 'approve';
    await platform.cards.change(key, { outcome, cancelOutcome: 'approve' });
  }
  stuckCards.clear();
}

/** Lets everything that is under way come to its end: all jobs are done and nobody calls. */
async function comeToRest(simulation: Simulation, work: () => Promise<unknown>): Promise<void> {
  await mendCards(simulation, 0);
  for (let round = 0; round < 400; round += 1) {
    await work();
    if ((await liveJobs(simulation)) === 0) return;
  }
}

async function liveJobs({ platform }: Simulation): Promise<number> {
  const row = await platform.db.primary.row<{ count: number }>(
    `SELECT COUNT(*) AS count FROM jobs WHERE state = 'live'
     OR (state = 'dead' AND kind IN ('orders.expire','payments.settle','payments.refund'))`,
  );
  return row?.count ?? 0;
}

/** What has not come to its end although it had all the time in the world, and money astray. */
async function restless(simulation: Simulation): Promise<string[]> {
  const { world, platform, dice } = simulation;
  const problems = (await liveJobs(simulation)) === 0 ? [] : ['jobs are left'];
  for (const { id, status } of world.orders.values()) {
    const isAtRest = ['paid', 'cancelled', 'expired', 'refunded'].includes(status);
    if (!isAtRest) problems.push(`${id} is still ${status}`);
  }
  const captured = world.payments.values().filter(({ status }) => status === 'captured');
  const due = new Map(captured.map(({ reference, amount }) => [reference, amount]));
  for (const key of dice.recent.cards) {
    const taken = await platform.cards.taken(key);
    if (taken !== (due.get(key) ?? 0)) problems.push(`card ${key}: the company has ${taken}`);
  }
  return problems;
}

function inWords({ call, process, told }: Finished): string {
  const { answer, wasLost } = told;
  const value = answer.ok ? JSON.stringify(answer.value)?.slice(0, 120) : said(answer);
  return `${process.name}${wasLost ? ' died, then' : ''} ${call.label} -> ${value}`;
}
