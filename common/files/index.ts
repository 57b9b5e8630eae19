import { serviceSecret } from '../auth/index.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createDiskStore } from './disk-store.ts';
import { type ObjectStore, publicUrlOf } from './object-store.ts';

export { diskPathOf, draftPathOf } from './disk-store.ts';
export { createFormSigner } from './form-signer.ts';
export { isNoEntry } from './is-no-entry.ts';
export {
  isObjectName,
  type ObjectStore,
  publicUrlOf,
  type UploadForm,
} from './object-store.ts';
export {
  extensionByType,
  type FilePurpose,
  filePurposes,
  type PurposeRules,
  purposeRules,
  type StoredType,
  storedTypes,
  type UploadType,
  uploadTypes,
} from './purposes.ts';

/** S3 where S3_BUCKET is set, else the data folder. */
export function createObjectStore(config: Config, clock: Clock): ObjectStore {
  const { S3_BUCKET: bucket, S3_PUBLIC_BUCKET: publicBucket } = config;
  if (bucket === undefined || publicBucket === undefined) {
    return createDiskStore(config, serviceSecret(config), clock);
  }
  return loadLater(config, async () => {
    const { createS3Store } = await import('./s3-store.ts');
    return createS3Store(config, { bucket, publicBucket }, clock);
  });
}

/** The SDK is large, and most processes and suites never speak to S3. */
function loadLater(config: Config, load: () => Promise<ObjectStore>): ObjectStore {
  let loading: Promise<ObjectStore> | undefined;
  const store = () => {
    loading ??= load();
    return loading;
  };
  return {
    signUpload: async (...given) => (await store()).signUpload(...given),
    signRead: async (...given) => (await store()).signRead(...given),
    publicUrl: (name) => publicUrlOf(config, name),
    sizeOf: async (...given) => (await store()).sizeOf(...given),
    read: async (...given) => (await store()).read(...given),
    write: async (...given) => (await store()).write(...given),
    remove: async (...given) => (await store()).remove(...given),
    removeAll: async (...given) => (await store()).removeAll(...given),
    close: () => void loading?.then((loaded) => loaded.close()),
  };
}
