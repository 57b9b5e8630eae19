import { randomBytes } from 'node:crypto';
import { keptSecret } from '../../../common/auth/index.ts';
import type { Config } from '../../../common/config.ts';
import { createFileMasterKey, readFileMasterKey } from './file-master-key.ts';
import type { MasterKey } from './master-key.ts';

/** The master keys of the settings. */
export interface MasterKeys {
  /** Wraps new data keys. */
  readonly current: MasterKey;
  /** The one before it, while data keys are still wrapped by it. */
  readonly old: MasterKey | undefined;
}

/**
 * MASTER_KEY_FILE, or, without that setting, a key made once and kept in the data folder.
 * @throws ConfigError when a file can't be read or holds no key
 */
export function createMasterKeys(config: Config): MasterKeys {
  return { current: currentOf(config), old: oldOf(config) };
}

function currentOf(config: Config): MasterKey {
  if (config.MASTER_KEY_FILE !== undefined) {
    return readFileMasterKey(config.MASTER_KEY_FILE, 'MASTER_KEY_FILE');
  }
  const kept = keptSecret(config, 'master-key', () => randomBytes(32).toString('base64'));
  return createFileMasterKey(kept, 'keys/master-key in the data folder');
}

function oldOf(config: Config): MasterKey | undefined {
  return config.OLD_MASTER_KEY_FILE === undefined
    ? undefined
    : readFileMasterKey(config.OLD_MASTER_KEY_FILE, 'OLD_MASTER_KEY_FILE');
}
