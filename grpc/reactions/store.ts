import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { BroadcastReactionsRow } from './entities.ts';

/** Hearts by broadcast, locked. Rows that are missing are made. */
export async function lockTotals(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, number>> {
  const sorted = [...new Set(broadcastIds)].sort();
  const lock = () =>
    tx.rows<BroadcastReactionsRow>(
      `SELECT * FROM broadcast_reactions WHERE broadcastId IN (${placeholders(sorted)})
       ORDER BY broadcastId${tx.dialect.forUpdate}`,
      sorted,
    );
  let rows = await lock();
  if (rows.length < sorted.length) {
    const found = new Set(rows.map((row) => row.broadcastId));
    const missing = sorted.filter((id) => !found.has(id));
    await tx.insertNew(
      'broadcast_reactions',
      missing.map((broadcastId) => ({ broadcastId, hearts: 0 })),
    );
    rows = await lock();
  }
  return new Map(rows.map((row) => [row.broadcastId, row.hearts]));
}

/** Writes totals of locked rows. */
export async function writeTotals(tx: Tx, totals: ReadonlyMap<string, number>): Promise<void> {
  if (totals.size === 0) return;
  const ids = [...totals.keys()];
  await tx.execute(
    `UPDATE broadcast_reactions
     SET hearts = CASE broadcastId ${ids.map(() => 'WHEN ? THEN ?').join(' ')} END
     WHERE broadcastId IN (${placeholders(ids)})`,
    [...[...totals].flat(), ...ids],
  );
}

/** Hearts of a broadcast; undefined if none were ever counted. */
export async function readHearts(read: Reader, broadcastId: string): Promise<number | undefined> {
  const row = await read.row<BroadcastReactionsRow>(
    'SELECT * FROM broadcast_reactions WHERE broadcastId = ?',
    [broadcastId],
  );
  return row?.hearts;
}
