import { randomBytes } from 'node:crypto';
import { keptSecret } from '../../../common/auth/index.ts';
import type { Config } from '../../../common/config.ts';
import { createFileMasterKey, readFileMasterKey } from './file-master-key.ts';
import { createKmsMasterKey } from './kms-master-key.ts';
import type { MasterKey } from './master-key.ts';

/** The master keys of the settings. */
export interface MasterKeys {
  /** Wraps new data keys. */
  readonly current: MasterKey;
  /** The one before it, while data keys are still wrapped by it. */
  readonly old: MasterKey | undefined;
}

/**
 * The keys of MASTER_KEY_FILE or KMS_KEY_ID, or, without these, one made once and kept in the data
 * folder.
 * @throws ConfigError when a file can't be read or holds no key
 */
export function createMasterKeys(config: Config): MasterKeys {
  const current =
    fileKey(config.MASTER_KEY_FILE, 'MASTER_KEY_FILE') ??
    kmsKey(config, config.KMS_KEY_ID, 'KMS_KEY_ID') ??
    keptKey(config);
  const old =
    fileKey(config.OLD_MASTER_KEY_FILE, 'OLD_MASTER_KEY_FILE') ??
    kmsKey(config, config.OLD_KMS_KEY_ID, 'OLD_KMS_KEY_ID');
  return { current, old };
}

function fileKey(file: string | undefined, setting: string): MasterKey | undefined {
  return file === undefined ? undefined : readFileMasterKey(file, setting);
}

function kmsKey(
  { KMS_REGION: region, KMS_ENDPOINT: endpoint }: Config,
  keyId: string | undefined,
  setting: string,
): MasterKey | undefined {
  return keyId === undefined ? undefined : createKmsMasterKey({ keyId, region, endpoint }, setting);
}

function keptKey(config: Config): MasterKey {
  const kept = keptSecret(config, 'master-key', () => randomBytes(32).toString('base64'));
  return createFileMasterKey(kept, 'keys/master-key in the data folder');
}
