import { ConfigError } from '../../common/config.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { DataKeyRow } from './entities.ts';
import type { MasterKeys } from './master-keys/create-master-keys.ts';
import type { MasterKey } from './master-keys/master-key.ts';
import { ensureDataKeys, indexKeyId, readDataKeys } from './store.ts';
import type { DataKey, DataKeys } from './vault.ts';

/** What the key ring is made of. */
export type KeyRingDeps = Pick<DomainDeps, 'db' | 'clock'> & { readonly masterKeys: MasterKeys };

/** The data keys of the database, unwrapped once each. */
export type KeyRing = DataKeys;

/**
 * Unwraps the data keys, making the first ones if there are none.
 * @throws ConfigError when the master key is not the one that wrapped them
 * @throws Error when the master key's provider can't be asked
 */
export async function openKeyRing({ db, clock, masterKeys }: KeyRingDeps): Promise<KeyRing> {
  const unwrapped = new Map<string, Buffer>();
  let sealing: (DataKey & { readonly from: number })[] = [];
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    const rows = await readDataKeys(db.primary);
    for (const row of rows) {
      if (!unwrapped.has(row.id)) unwrapped.set(row.id, await unwrap(masterKeys, row));
    }
    sealing = rows
      .filter(({ purpose, state }) => purpose === 'seal' && state === 'active')
      .map(({ id, sealsFrom }) => ({ id, key: unwrappedKey(id), from: sealsFrom }));
  }

  function unwrappedKey(id: string): Buffer {
    const key = unwrapped.get(id);
    if (key === undefined) throw new Error(`the data key ${id} is missing`);
    return key;
  }

  await ensureDataKeys(db, masterKeys.current, clock.now());
  await load();
  return {
    current() {
      const now = clock.now();
      // The oldest one serves a clock that is behind those of the others.
      const key = sealing.findLast(({ from }) => from <= now) ?? sealing[0];
      if (key === undefined) throw new Error('there is no data key');
      return key;
    },
    find: (id) => unwrapped.get(id),
    refresh() {
      loading ??= load().finally(() => {
        loading = undefined;
      });
      return loading;
    },
    indexKey: unwrappedKey(indexKeyId),
  };
}

/** @throws ConfigError when neither master key wrapped it */
export async function unwrap({ current, old }: MasterKeys, row: DataKeyRow): Promise<Buffer> {
  const masterKey = [current, old].find((key) => key?.id === row.masterKeyId);
  if (masterKey === undefined) throw wrongMasterKey(current, row);
  return masterKey.unwrap(row.wrapped, row.id);
}

function wrongMasterKey(current: MasterKey, row: DataKeyRow): ConfigError {
  return new ConfigError([
    `${current.setting}: personal data can't be read with this master key (${current.id}); ` +
      `the data key ${row.id} is wrapped by ${row.masterKeyId}. Name that one, or, to replace it, ` +
      'name it as the old one (OLD_MASTER_KEY_FILE, OLD_KMS_KEY_ID) and run: npm run keys -- rewrap',
  ]);
}
