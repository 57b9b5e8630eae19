import { randomBytes } from 'node:crypto';
import { createVault, type Vault } from '../../grpc/vault/index.ts';

/** A vault with one key, made up; the same for all that a test file starts. */
export const testVault: Vault = vaultOf({ id: 'dek_test', key: randomBytes(32) });

function vaultOf(dataKey: { readonly id: string; readonly key: Buffer }): Vault {
  return createVault({
    current: () => dataKey,
    find: (id) => (id === dataKey.id ? dataKey.key : undefined),
    refresh: async () => undefined,
    indexKey: randomBytes(32),
  });
}
