import { randomBytes } from 'node:crypto';
import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Database, Reader } from '../db/index.ts';
import type { DataKeyPurpose, DataKeyRow } from './entities.ts';
import type { MasterKey } from './master-keys/master-key.ts';

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
