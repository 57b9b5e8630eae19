import { leftOutList } from './left-out.ts';
import { closeRunDir } from './run-dir.ts';

/** jest's globalTeardown: it runs after the summary, so that the list is the last thing seen. */
export default function tearDownRun(): void {
  process.stderr.write(leftOutList());
  closeRunDir();
}
