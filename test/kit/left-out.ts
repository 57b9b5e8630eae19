import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDir } from './run-dir.ts';

const fileName = 'left-out.tsv';

/** Suites run in many processes: the run's folder is where their notes come together. */
export function noteLeftOut(suite: string, needs: string): void {
  const dir = runDir();
  if (dir) appendFileSync(join(dir, fileName), `${suite}\t${needs}\n`);
}

/** The suites that this run left out, one a line with what they need; '' when it ran all. */
export function leftOutList(): string {
  const file = join(runDir() ?? '', fileName);
  if (!existsSync(file)) return '';
  const lines = [...new Set(readFileSync(file, 'utf8').trimEnd().split('\n'))].sort();
  const list = lines
    .map((line) => line.split('\t'))
    .map(([suite, needs]) => `  ${suite}: needs ${needs}\n`);
  return `Left out, as this machine lacks what they need (${list.length}):\n${list.join('')}`;
}
