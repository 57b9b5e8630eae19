import { openInstance } from './instance.ts';
import { play } from './play.ts';
import { createProgress } from './progress.ts';
import { printReport } from './report.ts';
import { help, readSettings } from './settings.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  if (settings === undefined) {
    console.log(help);
    return;
  }
  const progress = createProgress();
  progress.step('온에어 데모: starting');
  const instance = await openInstance(settings);
  try {
    const { report, notes } = await play(settings, instance, progress);
    printReport(report, notes);
    if (report.invariants !== 'ok') process.exitCode = 1;
  } finally {
    await instance.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
