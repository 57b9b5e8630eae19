import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../common/config.ts';
import { openDatabase } from '../db/index.ts';
import { schema } from '../schema.ts';
import { verifyBooks } from './verify-books.ts';

const help = `npm run verify -- --database-url mysql://user:password@host/onair
npm run verify -- --data-dir data

Rebuilds stock, deals, orders, payments and points from their journals, changes nothing, and prints
every difference. Exits 0 when there is none, 1 when there are some, 2 when it can't read.`;

/** The operator's way to the audit: it needs the database alone, so it also works on a backup. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'database-url': { type: 'string' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const config = loadConfig({
    DATABASE_URL: values['database-url'] ?? process.env.DATABASE_URL,
    DATA_DIR: values['data-dir'] ?? process.env.DATA_DIR,
    // Looking must not change what is looked at.
    DATABASE_MIGRATE: 'false',
  });
  if (config.DATABASE_URL === undefined && !existsSync(join(config.DATA_DIR, 'onair.db'))) {
    throw new Error(`there is no database in ${config.DATA_DIR}`);
  }
  const db = await openDatabase(config, schema);
  try {
    const { differences, pointsTotal } = await verifyBooks(db.read);
    const wrong = [
      ...differences,
      ...(pointsTotal === 0 ? [] : [`points sum to ${pointsTotal}, not to zero`]),
    ];
    for (const sentence of wrong) console.log(sentence);
    console.log(wrong.length > 0 ? `${wrong.length} differences` : 'the books agree');
    return wrong.length > 0 ? 1 : 0;
  } finally {
    await db.close();
  }
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
