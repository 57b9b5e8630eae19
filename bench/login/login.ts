import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DomainError } from '../../common/errors/index.ts';
import { closedLoop, type Round, summarise } from '../kit/measure.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { type Stage, startStage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';

const password = 'correct horse battery';
/** More than are hashed at once, so that some always wait. */
const workers = 16;
const accounts = 64;

/**
 * How many log-ins a second one process with the services takes at the argon2 cost of production,
 * and whether hashing keeps its event loop from anything else: measured within it, as processor
 * time of the main thread between two timers, and as how late timers were, idle and busy.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string', default: '8' } },
  });
  const seconds = Number(values.seconds);
  const stage = await startStage({
    NODE_OPTIONS: `--import=${new URL('loop-service.ts', import.meta.url).href}`,
    SIGN_UPS_PER_HOUR: '1000000',
  });
  try {
    const emails = await signUpMany(stage);
    const idle = await measure(stage, 3, () => delay(50));
    const good = await measure(stage, seconds, (i) => logIn(stage, emails[i % accounts] ?? ''));
    const bad = await measure(stage, seconds / 2, () =>
      refused(stage, `${randomUUID()}@example.com`),
    );
    const rows = [row('nothing', idle), row('right password', good), row('unknown e-mail', bad)];
    printTable(`log-ins, argon2id at 19 MiB and 2 passes, ${workers} at a time`, rows);
    const loopBusyMaxMs = Math.max(good.loopBusyMaxMs, bad.loopBusyMaxMs);
    return {
      ratios: {},
      figures: {
        loginsPerS: good.perS,
        loginP50Ms: good.p50Ms,
        loginP99Ms: good.p99Ms,
        cpuMsPerLogin: good.cpuMsEach,
        refusalsPerS: bad.perS,
        refusalP50Ms: bad.p50Ms,
        loopDelayP99Ms: Math.max(good.loopDelayP99Ms, bad.loopDelayP99Ms),
        loopDelayMaxMs: Math.max(good.loopDelayMaxMs, bad.loopDelayMaxMs),
        loopDelayIdleMaxMs: idle.loopDelayMaxMs,
        loopBusyMaxMs,
        neverBlocks20Ms: loopBusyMaxMs < 20,
      },
    };
  } finally {
    await stage.stop();
  }
}

interface Measured {
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsEach: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  readonly loopBusyMaxMs: number;
}

async function measure(
  stage: Stage,
  seconds: number,
  once: (i: number) => Promise<void>,
): Promise<Measured> {
  // What came before is told apart by where the log stands.
  const from = stage.log().length;
  const cpuBefore = cpuMsOf(stage.servicePid);
  let count = 0;
  const round: Round = await closedLoop({
    seconds,
    workers,
    once() {
      count += 1;
      return once(count);
    },
  });
  const cpuMs = cpuMsOf(stage.servicePid) - cpuBefore;
  const delays = loopDelays(stage.log().slice(from));
  return {
    ...summarise([round]),
    perS: Math.round(round.perS * 10) / 10,
    cpuMsEach: Math.round(cpuMs / round.done),
    ...delays,
  };
}

/** What the process said of its event loop. */
function loopDelays(
  log: string,
): Pick<Measured, 'loopDelayP99Ms' | 'loopDelayMaxMs' | 'loopBusyMaxMs'> {
  const read = (name: string) =>
    [...log.matchAll(new RegExp(`"${name}":([\\d.]+)`, 'g'))].map(([, value]) => Number(value));
  const worst = (name: string) => {
    const values = read(name);
    if (values.length === 0) throw new Error('the services said nothing of their event loop');
    return Math.max(...values);
  };
  return {
    loopDelayP99Ms: worst('loopDelayP99Ms'),
    loopDelayMaxMs: worst('loopDelayMaxMs'),
    loopBusyMaxMs: worst('loopBusyMaxMs'),
  };
}

async function signUpMany({ clients }: Stage): Promise<string[]> {
  const { users } = clients.as({ actor: { kind: 'anonymous' } });
  const emails = Array.from({ length: accounts }, () => `${randomUUID()}@example.com`);
  await Promise.all(
    emails.map((email, i) =>
      users.signUp(
        { requestId: `r${i}`, email, password, name: `시청자${i}` },
        { deadline: 60_000 },
      ),
    ),
  );
  return emails;
}

async function logIn({ clients }: Stage, email: string): Promise<void> {
  const { sessions } = clients.as({ actor: { kind: 'anonymous' } });
  await sessions.logIn({ email, password }, { deadline: 30_000 });
}

async function refused({ clients }: Stage, email: string): Promise<void> {
  const { sessions } = clients.as({ actor: { kind: 'anonymous' } });
  try {
    await sessions.logIn({ email, password }, { deadline: 30_000 });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_CREDENTIALS') return;
    throw error;
  }
  throw new Error('a stranger was let in');
}

function row(what: string, measured: Measured) {
  return {
    what,
    'a second': measured.perS,
    'p50 ms': measured.p50Ms,
    'p99 ms': measured.p99Ms,
    'cpu ms each': measured.cpuMsEach,
    'loop busy max ms': measured.loopBusyMaxMs,
    'loop delay p99 ms': measured.loopDelayP99Ms,
    'loop delay max ms': measured.loopDelayMaxMs,
  };
}
