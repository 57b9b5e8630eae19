import type { FileRow } from './entities.ts';
import { memoryMs } from './file-times.ts';
import type { FilesDeps } from './files-deps.ts';
import { changeFiles, deleteFiles, eraseIn } from './store.ts';

/**
 * Ends up to `limit` files whose time is over: uploads that never came, checks that never ended and
 * files that nothing uses expire and lose their objects; what expired or was rejected long ago is
 * forgotten. Answers how many.
 */
export async function sweepFiles({ db, clock }: FilesDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const now = clock.now();
    const due = await tx.rows<FileRow>(
      `SELECT * FROM files WHERE sweepAt <= ? ORDER BY sweepAt, id
       LIMIT ${limit}${tx.dialect.forUpdateSkipLocked}`,
      [now],
    );
    const isGone = ({ state }: FileRow) => state === 'expired' || state === 'rejected';
    const ending = due.filter((file) => !isGone(file));
    await deleteFiles(tx, idsOf(due.filter(isGone)));
    await changeFiles(tx, idsOf(ending), {
      state: 'expired',
      objectName: null,
      sweepAt: now + memoryMs,
    });
    await eraseIn(tx, ending, 'all', now);
    return due.length;
  });
}

function idsOf(files: readonly FileRow[]): string[] {
  return files.map(({ id }) => id);
}
