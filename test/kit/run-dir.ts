import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'ONAIR_TEST_RUN_DIR';
const prefix = 'onair-test-run-';

/** The folder that all test processes of this jest run share; undefined outside of jest. */
export function runDir(): string | undefined {
  return process.env[variable] || undefined;
}

/** Makes the folder; jest's worker processes inherit its name through the environment. */
export function openRunDir(): void {
  removeDeadRuns();
  process.env[variable] = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

export function closeRunDir(): void {
  const dir = runDir();
  if (dir) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  delete process.env[variable];
}

/** A killed run can't clean up after itself, and database folders are large. */
function removeDeadRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
