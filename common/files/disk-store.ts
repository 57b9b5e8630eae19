import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createFormSigner } from './form-signer.ts';
import { isNoEntry } from './is-no-entry.ts';
import {
  type ObjectArea,
  type ObjectStore,
  publicUrlOf,
  requireFileId,
  requireObjectName,
} from './object-store.ts';

/** Where the store on disk keeps an object. @throws Error for a name that is none of ours */
export function diskPathOf(config: Config, area: ObjectArea, name: string): string {
  requireObjectName(area, name);
  return join(config.DATA_DIR, 'files', area, name);
}

/** A file beside the object, to be written and then renamed; the same file system, so at once. */
export function draftPathOf(path: string): string {
  return `${path}.${randomUUID()}.part`;
}

/**
 * Files under `files/` in the data folder, which the api takes in and hands out by itself: its
 * forms and addresses are signed with a key made of the services' secret.
 */
export function createDiskStore(config: Config, secret: string, clock: Clock): ObjectStore {
  const signer = createFormSigner(secret);
  const pathOf = (area: ObjectArea, name: string) => diskPathOf(config, area, name);
  return {
    async signUpload(name, terms) {
      requireObjectName('quarantine', name);
      return { url: `${config.FILES_URL}/uploads`, fields: signer.sign({ ...terms, name }) };
    },
    async signRead(name, { seconds }) {
      requireObjectName('private', name);
      const expires = clock.now() + seconds * 1_000;
      const signature = signer.signAddress(name, expires);
      return `${config.FILES_URL}/private/${name}?expires=${expires}&signature=${signature}`;
    },
    publicUrl: (name) => publicUrlOf(config, name),
    async sizeOf(area, name) {
      return orMissing(async () => (await stat(pathOf(area, name))).size, undefined);
    },
    read: (area, name, maxBytes) =>
      orMissing(async () => {
        await using file = await open(pathOf(area, name));
        const { size } = await file.stat();
        return size > maxBytes ? 'too_large' : await file.readFile();
      }, 'missing' as const),
    async write(area, name, bytes) {
      const path = pathOf(area, name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const draft = draftPathOf(path);
      await using file = await open(draft, 'wx', 0o600);
      await file.writeFile(bytes);
      await file.sync();
      await rename(draft, path);
    },
    remove: (area, name) => rm(pathOf(area, name), { force: true }),
    async removeAll(fileId) {
      requireFileId(fileId);
      const folder = join(config.DATA_DIR, 'files');
      await rm(join(folder, 'public', fileId), { recursive: true, force: true });
      await rm(join(folder, 'private', fileId), { recursive: true, force: true });
      await removeQuarantined(join(folder, 'quarantine'), fileId);
    },
    close: () => undefined,
  };
}

/** An upload, and what is left of those of it that were cut off when the process ended. */
async function removeQuarantined(folder: string, fileId: string): Promise<void> {
  const names = await orMissing(() => readdir(folder), []);
  const own = names.filter((name) => name === fileId || name.startsWith(`${fileId}.`));
  for (const name of own) await rm(join(folder, name), { force: true });
}

async function orMissing<Value, Missing>(
  work: () => Promise<Value>,
  missing: Missing,
): Promise<Value | Missing> {
  try {
    return await work();
  } catch (error) {
    if (isNoEntry(error)) return missing;
    throw error;
  }
}
