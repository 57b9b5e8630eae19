import { leftOutList } from './left-out.ts';
import { checkLogs, leaksOfRun } from './log-check.ts';
import { closeRunDir, runDir } from './run-dir.ts';

/** jest's globalTeardown: it runs after the summary, so that the list is the last thing seen. */
export default function tearDownRun(): void {
  process.stderr.write(leftOutList());
  checkLogs(runDir() ?? '');
  const leaks = leaksOfRun();
  closeRunDir();
  if (leaks.length > 0) {
    throw new Error(`logs of this run hold what no log may:\n${leaks.join('\n')}`);
  }
}
