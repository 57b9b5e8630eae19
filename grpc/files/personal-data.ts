import type { Tx } from '../db/index.ts';
import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { FileRow } from './entities.ts';

/** What is held of people's files: all of them, whatever they show. */
export function createFilesPersonalData(
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
        return sectionPage(rows, limit, ({ id, purpose, state, contentType, size, createdAt }) => {
          return { id, purpose, state, contentType, size, createdAt: isoTime(createdAt) };
        });
      },
    },
  };
}
