import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard } from './child-guard.ts';
import { type Probe, type UntilOptions, until } from './until.ts';

interface ChildOptions {
  /** Names the process in errors and its log file. */
  name: string;
  command: string;
  args?: readonly string[];
  /** Added to `baseEnv()`; nothing else of this process's environment reaches the child. */
  env?: Record<string, string>;
  /** Folder of the log file, and where the process runs unless `cwd` says otherwise. */
  dir: string;
  cwd?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  /** What it wrote to standard output and standard error; a restart in the same folder appends. */
  readonly logFile: string;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  log(): string;
  /** The first match in the log, however long ago it was written. */
  waitForLine(pattern: RegExp, options?: UntilOptions): Promise<RegExpExecArray>;
  /** As `until`, but fails at once, with the end of the log, when the process ends first. */
  waitUntil<T>(what: string, probe: Probe<T>, options?: UntilOptions): Promise<T>;
  /** SIGTERM, then SIGKILL after `graceMs`. Answers how it ended, also if it had ended before. */
  stop(graceMs?: number): Promise<Exit>;
  /** SIGKILL: a crash. Resolves when the process is gone. */
  kill(): Promise<Exit>;
}

/**
 * Starts a separate operating-system process that dies with this one, its output in a log file.
 *
 * @throws Error when the command can't be started.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const logFile = join(options.dir, `${options.name}.log`);
  const child = await spawnLogged(options, logFile);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} has no process id`);
  const release = guard(pid);
  // The guard ends the process with us, so it need not keep us alive.
  child.unref();

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      release();
      exit = { code, signal };
      resolve(exit);
    });
  });
  const log = () => readFileSync(logFile, 'utf8');

  async function waitUntil<T>(what: string, probe: Probe<T>, waiting?: UntilOptions): Promise<T> {
    const outcome = await until(what, () => probeWhileAlive(probe, () => exit), waiting);
    if ('value' in outcome) return outcome.value;
    const { code, signal } = outcome.ended;
    throw new Error(`${options.name} ended (${signal ?? code}) before ${what}\n${tail(log())}`);
  }

  return {
    pid,
    logFile,
    exited,
    log,
    waitUntil,
    waitForLine: (pattern, waiting) =>
      waitUntil(`${options.name} logs ${pattern}`, () => new RegExp(pattern).exec(log()), waiting),
    async stop(graceMs = 20_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return exited.finally(() => clearTimeout(timer));
    },
    kill() {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

/** The process's end is looked at last: what it logged or did before counts. */
async function probeWhileAlive<T>(
  probe: Probe<T>,
  exit: () => Exit | undefined,
): Promise<{ value: Awaited<T> } | { ended: Exit } | undefined> {
  const ended = exit();
  try {
    const value = await probe();
    if (value) return { value };
  } catch (error) {
    if (!ended) throw error;
  }
  return ended && { ended };
}

async function spawnLogged(options: ChildOptions, logFile: string): Promise<ChildProcess> {
  const output = openSync(logFile, 'a');
  try {
    const child = spawn(options.command, options.args ?? [], {
      cwd: options.cwd ?? options.dir,
      env: { ...baseEnv(), ...options.env },
      stdio: ['ignore', output, output],
      // A group of its own, which the guard kills as a whole.
      detached: true,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    closeSync(output);
  }
}

/** The developer's own settings (NODE_OPTIONS, DATABASE_URL) must not change what is tested. */
function baseEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function tail(log: string): string {
  return log.trimEnd().split('\n').slice(-30).join('\n');
}
