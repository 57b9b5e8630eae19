import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { ConfigError, loadConfig } from './common/config.ts';
import { createLogger } from './common/logger.ts';
import { announce } from './launch/announce.ts';
import { runUntilStopped } from './launch/lifecycle.ts';
import { isPartName, type PartName, partNames, startParts } from './launch/parts.ts';

const help = `Onair

  npm start                     the whole platform in one process
  npm start -- --only a,b       some of its parts: ${partNames.join(', ')}

Settings come from the environment; .env.example lists them.`;

/**
 * What chat and orders run on lies still between two rushes, and V8 would throw the code of it away
 * after a few collections: the next rush would begin in the interpreter.
 */
setFlagsFromString('--no-flush-bytecode');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(help);
    return;
  }
  const config = loadConfig(process.env);
  const names = namesOf(values.only, config.ONAIR_ENV === 'production');
  const log = createLogger(config, 'onair');
  const running = await startParts(names, config, log);
  announce(running, config);
  await runUntilStopped(running, config, log);
}

/** Parts to start: those named, or all; the stand-ins of providers never in production. */
function namesOf(only: string | undefined, production: boolean): readonly PartName[] {
  const asked = only === undefined ? partNames : only.split(',').map((name) => name.trim());
  const unknown = asked.filter((name) => !isPartName(name));
  if (unknown.length > 0 || asked.length === 0) {
    throw new ConfigError([`--only: ${unknown.join(', ')} is none of ${partNames.join(', ')}`]);
  }
  const known = asked.filter(isPartName);
  if (!production) return known;
  if (only !== undefined && known.includes('sandbox')) {
    throw new ConfigError(['--only: sandbox stands in for providers and never runs in production']);
  }
  return known.filter((name) => name !== 'sandbox');
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
