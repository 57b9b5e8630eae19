import type { ObjectStore } from '../../common/files/index.ts';
import type { Tx } from '../db/index.ts';
import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { FileRow } from './entities.ts';
import { toStoredFile } from './stored-file.ts';

/**
 * What is held of people's files: all of them, whatever they show. A private file is handed over
 * without an address, which would work for minutes only: its owner reads it by its id.
 */
export function createFilesPersonalData(
  objects: ObjectStore,
  deleteAllOfIn: (tx: Tx, ownerId: string) => Promise<void>,
): PersonalData {
  return {
    eraseIn: (tx, { userId }) => deleteAllOfIn(tx, userId),
    sections: {
      async files(read, { userId, after, limit }) {
        const rows = await read.rows<FileRow>(
          `SELECT * FROM files WHERE ownerId = ? AND id < ? ORDER BY id DESC LIMIT ${limit + 1}`,
          [userId, after || '~'],
        );
        return sectionPage(rows, limit, (row) => {
          const { id, purpose, state, contentType, size, createdAt } = row;
          const url = toStoredFile(row, objects).publicUrl ?? null;
          return { id, purpose, state, contentType, size, createdAt: isoTime(createdAt), url };
        });
      },
    },
  };
}
