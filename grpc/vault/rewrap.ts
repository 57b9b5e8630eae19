import type { DomainDeps } from '../domain-deps.ts';
import { unwrap } from './key-ring.ts';
import type { MasterKeys } from './master-keys/create-master-keys.ts';
import { readDataKeys } from './store.ts';

/**
 * Wraps every data key with the current master key that the old one had wrapped; answers how many.
 * What is sealed stays as it is. Killed at any moment, each key is wrapped by one of the two.
 * @throws ConfigError when neither of them wrapped it
 */
export async function rewrapDataKeys({
  db,
  masterKeys,
}: Pick<DomainDeps, 'db'> & { readonly masterKeys: MasterKeys }): Promise<number> {
  let rewrapped = 0;
  for (const row of await readDataKeys(db.primary)) {
    if (row.masterKeyId === masterKeys.current.id) continue;
    const wrapped = await masterKeys.current.wrap(await unwrap(masterKeys, row), row.id);
    const sql =
      'UPDATE data_keys SET wrapped = ?, masterKeyId = ? WHERE id = ? AND masterKeyId = ?';
    const values = [wrapped, masterKeys.current.id, row.id, row.masterKeyId];
    rewrapped += await db.transaction((tx) => tx.execute(sql, values));
  }
  return rewrapped;
}
