import { randomBytes } from 'node:crypto';
import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Database, Reader, Tx } from '../db/index.ts';
import type { DataKeyPurpose, DataKeyRow } from './entities.ts';
import type { MasterKey } from './master-keys/master-key.ts';
import { sealedPlaces } from './sealed-column.ts';
import { prefixOf } from './vault.ts';

/** There is one key for blind indexes, for good, and this is its id. */
export const indexKeyId = 'dek_index';

/** Every data key, oldest first. */
export function readDataKeys(reader: Reader): Promise<DataKeyRow[]> {
  return reader.rows<DataKeyRow>('SELECT * FROM data_keys ORDER BY sealsFrom, id');
}

/** A row of a new key, which nobody has in the clear but whoever unwraps it. */
export async function wrapNewKey(
  masterKey: MasterKey,
  purpose: DataKeyPurpose,
  now: EpochMs,
  sealsFrom: EpochMs = now,
) {
  const id = purpose === 'index' ? indexKeyId : newId('dek');
  const wrapped = await masterKey.wrap(randomBytes(32), id);
  const made = { id, purpose, wrapped, masterKeyId: masterKey.id, createdAt: now, sealsFrom };
  return { ...made, state: 'active', retiredAt: null } as const;
}

/** Makes the first keys, unless there are some. Of processes that start together, one makes them. */
export async function ensureDataKeys(
  db: Database,
  masterKey: MasterKey,
  now: EpochMs,
): Promise<void> {
  if ((await readDataKeys(db.primary)).length > 0) return;
  const indexKey = await wrapNewKey(masterKey, 'index', now);
  const dataKey = await wrapNewKey(masterKey, 'seal', now);
  await db.transaction(async (tx) => {
    // Who comes second waits here for the first one's commit.
    const isFirst = (await tx.insertNew('data_keys', [indexKey])) === 1;
    if (isFirst) await tx.insert('data_keys', [dataKey]);
  });
}

/** Keys that seal or may still have sealed something, oldest first. */
export function activeDataKeys(reader: Reader): Promise<DataKeyRow[]> {
  return reader.rows<DataKeyRow>(
    `SELECT * FROM data_keys WHERE purpose = 'seal' AND state = 'active' ORDER BY sealsFrom, id`,
  );
}

/** The newest data key; the draft if there was only one, so that none is being rotated to. */
export async function ensureNextDataKey(
  tx: Tx,
  draft: Awaited<ReturnType<typeof wrapNewKey>>,
): Promise<Pick<DataKeyRow, 'id' | 'sealsFrom'>> {
  // The one row that is always there serves as the lock.
  await tx.row(`SELECT id FROM data_keys WHERE id = ?${tx.dialect.forUpdate}`, [indexKeyId]);
  const [first, ...more] = await activeDataKeys(tx);
  const newest = more.at(-1);
  if (first !== undefined && newest !== undefined) return newest;
  await tx.insert('data_keys', [draft]);
  return draft;
}

/** Marks a key that nothing is sealed with any more. */
export async function retireDataKey(tx: Tx, id: string, now: EpochMs): Promise<void> {
  await tx.execute(`UPDATE data_keys SET state = 'retired', retiredAt = ? WHERE id = ?`, [now, id]);
}

/** How many cells of the whole database a key has sealed. */
export async function countSealed(db: Database, keyId: string): Promise<number> {
  let cells = 0;
  for (const { table, column } of sealedPlaces(db.source)) {
    const sql = `SELECT COUNT(*) AS cells FROM ${table} WHERE ${column} LIKE ?`;
    cells += (await db.primary.row<{ cells: number }>(sql, [`${prefixOf(keyId)}%`]))?.cells ?? 0;
  }
  return cells;
}
