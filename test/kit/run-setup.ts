import { openRunDir } from './run-dir.ts';

/** jest's globalSetup. */
export default function setUpRun(): void {
  openRunDir();
}
