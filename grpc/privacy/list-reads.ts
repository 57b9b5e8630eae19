import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalDataReadRow } from './entities.ts';

/** Which reads. */
export interface ReadFilter {
  readonly userId: string;
  readonly readBy: string;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Reads, newest first, and one more than asked for if there are more. */
export function listReads(
  { db }: Pick<DomainDeps, 'db'>,
  { userId, readBy, beforeId = '~', limit }: ReadFilter,
): Promise<PersonalDataReadRow[]> {
  const where = [
    'id < ?',
    ...(userId === '' ? [] : ['userId = ?']),
    ...(readBy === '' ? [] : ['readBy = ?']),
  ];
  return db.primary.rows<PersonalDataReadRow>(
    `SELECT * FROM personal_data_reads WHERE ${where.join(' AND ')}
     ORDER BY id DESC LIMIT ${limit + 1}`,
    [beforeId, userId, readBy].filter((value) => value !== ''),
  );
}

const dayMs = 86_400_000;

/** Forgets the oldest reads past PERSONAL_DATA_READ_DAYS, about `limit` of them; answers how many. */
export function pruneReads(
  { db, clock, config }: Pick<DomainDeps, 'db' | 'clock' | 'config'>,
  limit: number,
): Promise<number> {
  return db.transaction(async (tx) => {
    const cutoff = clock.now() - config.PERSONAL_DATA_READ_DAYS * dayMs;
    const last = await tx.row<Pick<PersonalDataReadRow, 'readAt'>>(
      `SELECT readAt FROM personal_data_reads WHERE readAt < ?
       ORDER BY readAt LIMIT 1 OFFSET ${limit - 1}`,
      [cutoff],
    );
    const before = last === undefined ? cutoff : last.readAt + 1;
    return tx.execute('DELETE FROM personal_data_reads WHERE readAt < ?', [before]);
  });
}
