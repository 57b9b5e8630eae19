import type { Reader } from '../db/index.ts';
import type { PersonalData } from '../personal-data.ts';
import type { BroadcastRow } from './entities.ts';

/** What broadcasts hold of people are ids alone; but nobody leaves while they are on air. */
export const broadcastsPersonalData: PersonalData = {
  async openMattersIn(tx, userId) {
    const live = await tx.rows<Pick<BroadcastRow, 'id'>>(
      `SELECT id FROM broadcasts WHERE sellerId = ? AND status = 'live'
       ORDER BY id${tx.dialect.forUpdate}`,
      [userId],
    );
    return { liveBroadcasts: live.length };
  },
};

/** Ids of a seller's broadcasts. */
export async function broadcastIdsOf(read: Reader, sellerId: string): Promise<string[]> {
  const rows = await read.rows<Pick<BroadcastRow, 'id'>>(
    'SELECT id FROM broadcasts WHERE sellerId = ? ORDER BY id',
    [sellerId],
  );
  return rows.map((row) => row.id);
}
