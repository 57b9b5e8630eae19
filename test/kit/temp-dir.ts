import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLogs } from './log-check.ts';
import { runDir } from './run-dir.ts';

/** A new empty folder. Under jest it goes away with the run at the latest. */
export function makeTempDir(label: string): string {
  return mkdtempSync(join(runDir() ?? tmpdir(), `onair-${label}-`));
}

/** Its logs are looked through first; see log-check.ts. */
export async function removeTempDir(dir: string): Promise<void> {
  checkLogs(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
