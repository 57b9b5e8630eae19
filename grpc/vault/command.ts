import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { systemClock } from '../../common/clock.ts';
import { loadConfig } from '../../common/config.ts';
import { type Database, openDatabase } from '../db/index.ts';
import { schema } from '../schema.ts';
import { createMasterKeys, type MasterKeys } from './master-keys/create-master-keys.ts';
import { rewrapDataKeys } from './rewrap.ts';
import { rotateDataKeys } from './rotate.ts';
import { countSealed, readDataKeys } from './store.ts';

const help = `npm run keys -- status    the data keys, who wrapped them, and how much each has sealed
npm run keys -- rotate    makes a data key and seals everything anew with it; run it again to resume
                          (--lead-seconds 15: how long it is known before it seals)
npm run keys -- rewrap    wraps the data keys with the master key, which the old one had wrapped

Settings: DATABASE_URL or DATA_DIR, and those of the master key, as .env.example says. The platform
may run meanwhile. Exits 0 when all is done, 1 when rows could not be opened, 2 when it failed.`;

const settings = [
  'DATABASE_URL',
  'DATA_DIR',
  'MASTER_KEY_FILE',
  'OLD_MASTER_KEY_FILE',
  'KMS_KEY_ID',
  'OLD_KMS_KEY_ID',
  'KMS_REGION',
  'KMS_ENDPOINT',
] as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      // Every process looks for new keys each five seconds; three looks make sure.
      'lead-seconds': { type: 'string', default: '15' },
    },
  });
  const [command = ''] = positionals;
  const run = commands[command];
  if (run === undefined || values.help === true) {
    console.log(help);
    return values.help === true ? 0 : 2;
  }
  const env = Object.fromEntries(settings.map((name) => [name, process.env[name]]));
  const config = loadConfig({ ...env, DATABASE_MIGRATE: 'false' });
  const db = await openDatabase(config, schema);
  try {
    return await run(db, createMasterKeys(config), Number(values['lead-seconds']) * 1_000);
  } finally {
    await db.close();
  }
}

type Command = (db: Database, masterKeys: MasterKeys, leadMs: number) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  async status(db) {
    for (const row of await readDataKeys(db.primary)) {
      const cells = row.purpose === 'seal' ? `${await countSealed(db, row.id)} cells` : 'indices';
      const { id, state, masterKeyId, createdAt } = row;
      const made = new Date(createdAt).toISOString();
      console.log([id.padEnd(30), state.padEnd(7), made, masterKeyId, cells].join('  '));
    }
    return 0;
  },
  async rotate(db, masterKeys, leadMs) {
    const rotation = await rotateDataKeys({ db, clock: systemClock, masterKeys, leadMs });
    const { keyId, resealed, retired, broken } = rotation;
    console.log(`${keyId} seals: ${resealed} cells sealed anew, ${retired.length} keys retired`);
    for (const cell of broken) console.log(`can't be opened: ${cell}`);
    return broken.length > 0 ? 1 : 0;
  },
  async rewrap(db, masterKeys) {
    const rewrapped = await rewrapDataKeys({ db, masterKeys });
    console.log(`${rewrapped} data keys wrapped by ${masterKeys.current.id}`);
    return 0;
  },
};

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
