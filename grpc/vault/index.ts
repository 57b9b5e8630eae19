import type { DomainDeps } from '../domain-deps.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import { createMasterKeys } from './master-keys/create-master-keys.ts';
import { createVault, type Vault } from './vault.ts';

export { vaultEntities } from './entities.ts';
export { forEachRow } from './for-each-row.ts';
export { SealedColumn } from './sealed-column.ts';
export { createVault, isSealed, type Vault } from './vault.ts';

/** The vault of a process that serves. */
export interface OpenedVault extends Vault {
  /** Looks for new keys no more. */
  close(): void;
}

/** Milliseconds between two looks for new keys, which are made known long before they seal. */
const refreshMs = 5_000;

/**
 * Opens the vault with the master key of the settings, making the first data keys if there are
 * none, and keeps up with keys that are made later.
 * @throws ConfigError when the master key is not the one that wrapped the data keys
 */
export async function openVault(
  deps: Pick<DomainDeps, 'config' | 'db' | 'clock' | 'log'>,
): Promise<OpenedVault> {
  const keys = await openKeyRing({ ...deps, masterKeys: createMasterKeys(deps.config) });
  return { ...createVault(keys), close: followKeys(keys, deps) };
}

function followKeys(keys: KeyRing, { log }: Pick<DomainDeps, 'log'>): () => void {
  let isAway = false;
  const timer = setInterval(() => {
    keys.refresh().then(
      () => {
        isAway = false;
      },
      (error: unknown) => {
        if (!isAway) log.warn({ err: error }, 'data keys can not be looked up');
        isAway = true;
      },
    );
  }, refreshMs);
  timer.unref();
  return () => clearInterval(timer);
}
