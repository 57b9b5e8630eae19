import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import type { UserRow } from './entities.ts';
import { onceForUser } from './once-for-user.ts';
import { lockUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

type ImageColumns = Pick<UserRow, 'imageFileId' | 'imageName' | 'nextImageFileId'>;

const noImage: ImageColumns = { imageFileId: null, imageName: null, nextImageFileId: null };

/**
 * Takes an uploaded picture as the account's own: at once if it was found good, else as soon as it
 * is, unless another one was chosen meanwhile. The picture before it is erased. Idempotent by
 * `requestId`.
 * @throws DomainError FILE_NOT_FOUND for a file that is not the actor's, FILE_WRONG_PURPOSE,
 *   FILE_NOT_READY for one that was not uploaded or was rejected; RequestIdReused
 */
export function updateProfileImage(
  deps: UsersDeps,
  { userId }: UserActor,
  { requestId, fileId }: { readonly requestId: string; readonly fileId: string },
): Promise<User> {
  const { db, clock } = deps;
  const key = { action: 'users.updateProfileImage', by: userId, requestId, input: { fileId } };
  return db.transaction((tx) =>
    onceForUser(deps, tx, key, clock.now(), async () => {
      const before = await lockImage(tx, userId);
      const wanted = { fileId, ownerId: userId, purpose: 'profile_image' } as const;
      const [file] = await deps.files.lockIn(tx, [wanted]);
      if (file?.state === 'checking') await replace(deps, tx, userId, before, { next: fileId });
      else await showIn(deps, tx, userId, before, fileId);
      return userId;
    }),
  );
}

/**
 * Removes the account's picture, and the one that was to become it; both are erased. Removing none
 * changes nothing. Idempotent by `requestId`.
 * @throws RequestIdReused when the id was used for something else
 */
export function removeProfileImage(
  deps: UsersDeps,
  { userId }: UserActor,
  requestId: string,
): Promise<User> {
  const { db, clock } = deps;
  const key = { action: 'users.removeProfileImage', by: userId, requestId, input: {} };
  return db.transaction((tx) =>
    onceForUser(deps, tx, key, clock.now(), async () => {
      const before = await lockImage(tx, userId);
      await setImage(tx, userId, noImage);
      await discard(deps, tx, [before.imageFileId, before.nextImageFileId]);
      return userId;
    }),
  );
}

/** Shows a picture that was waited for, if it still is and was found good. */
export async function showNextImage(
  deps: UsersDeps,
  userId: string,
  fileId: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const before = await lockImage(tx, userId);
    if (before.nextImageFileId !== fileId) return;
    try {
      await showIn(deps, tx, userId, before, fileId);
    } catch (error) {
      if (!isNoGood(error)) throw error;
      await setImage(tx, userId, { ...before, nextImageFileId: null });
    }
  });
}

/** Both are refused before anything was written, so the transaction may go on. */
function isNoGood(error: unknown): boolean {
  return (
    error instanceof DomainError &&
    (error.code === 'FILE_NOT_READY' || error.code === 'FILE_NOT_FOUND')
  );
}

async function showIn(
  deps: UsersDeps,
  tx: Tx,
  userId: string,
  before: ImageColumns,
  fileId: string,
): Promise<void> {
  const wanted = { fileId, ownerId: userId, purpose: 'profile_image' } as const;
  const [file] = await deps.files.attachIn(tx, [wanted]);
  await replace(deps, tx, userId, before, { shown: fileId, name: file?.objectName });
}

/** What is neither shown nor waited for any more goes. */
async function replace(
  deps: UsersDeps,
  tx: Tx,
  userId: string,
  before: ImageColumns,
  now: { readonly next: string } | { readonly shown: string; readonly name: string | undefined },
): Promise<void> {
  const after: ImageColumns =
    'next' in now
      ? { ...before, nextImageFileId: now.next }
      : { imageFileId: now.shown, imageName: now.name ?? null, nextImageFileId: null };
  await setImage(tx, userId, after);
  const kept = [after.imageFileId, after.nextImageFileId];
  const gone = [before.imageFileId, before.nextImageFileId].filter((id) => !kept.includes(id));
  await discard(deps, tx, gone);
}

async function discard(
  { files }: UsersDeps,
  tx: Tx,
  fileIds: readonly (string | null)[],
): Promise<void> {
  await files.discardIn(
    tx,
    fileIds.filter((id) => id !== null),
  );
}

async function lockImage(tx: Tx, userId: string): Promise<ImageColumns> {
  await lockUser(tx, userId);
  const row = await tx.row<ImageColumns>(
    `SELECT imageFileId, imageName, nextImageFileId FROM users WHERE id = ?${tx.dialect.forUpdate}`,
    [userId],
  );
  return row ?? noImage;
}

async function setImage(tx: Tx, userId: string, image: ImageColumns): Promise<void> {
  await tx.execute(
    'UPDATE users SET imageFileId = ?, imageName = ?, nextImageFileId = ? WHERE id = ?',
    [image.imageFileId, image.imageName, image.nextImageFileId, userId],
  );
}
