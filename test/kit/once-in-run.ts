import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runDir } from './run-dir.ts';

/**
 * A folder that is made once for all suites of this jest run; undefined outside of jest. Of two
 * suites that ask at once each makes one, and the first is taken.
 *
 * @param name of the folder, in that of the run.
 * @param make fills the new folder.
 */
export async function onceInRun(
  name: string,
  make: (dir: string) => Promise<void>,
): Promise<string | undefined> {
  const run = runDir();
  if (run === undefined) return undefined;
  const dir = join(run, name);
  if (existsSync(dir)) return dir;
  const made = `${dir}-${randomUUID().slice(0, 8)}`;
  await mkdir(made);
  await make(made);
  try {
    renameSync(made, dir);
  } catch (error) {
    if (!existsSync(dir)) throw error;
  }
  return dir;
}
