import { NotFound } from '../../common/errors/index.ts';
import { placeholders, type Reader, type SqlValue, type Tx } from '../db/index.ts';
import type { ApplicationStatus } from './application-state.ts';
import type { SellerApplicationHistoryRow, SellerApplicationRow } from './entities.ts';

/** What names an application. */
export type ApplicationKey = { readonly id: string } | { readonly userId: string };

/** The application, if there is one. */
export function findApplication(
  reader: Reader,
  key: ApplicationKey,
  lock = '',
): Promise<SellerApplicationRow | undefined> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['userId', key.userId];
  return reader.row<SellerApplicationRow>(
    `SELECT * FROM seller_applications WHERE ${column} = ?${lock}`,
    [value],
  );
}

/**
 * The application, which nobody else changes until the transaction is over.
 * @throws NotFound
 */
export async function lockApplication(tx: Tx, key: ApplicationKey): Promise<SellerApplicationRow> {
  const row = await findApplication(tx, key, tx.dialect.forUpdate);
  if (row !== undefined) return row;
  throw 'id' in key
    ? new NotFound('seller application', key.id)
    : new NotFound('seller', key.userId);
}

/** Applications by id, locked in sorted order; unknown ids are left out. */
export function lockApplications(tx: Tx, ids: readonly string[]): Promise<SellerApplicationRow[]> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length === 0) return Promise.resolve([]);
  return tx.rows<SellerApplicationRow>(
    `SELECT * FROM seller_applications WHERE id IN (${placeholders(sorted)})
     ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
}

/** Those of the applications that are in a status. */
export function readInStatus(
  reader: Reader,
  ids: readonly string[],
  status: ApplicationStatus,
): Promise<SellerApplicationRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return reader.rows<SellerApplicationRow>(
    `SELECT * FROM seller_applications WHERE id IN (${placeholders(ids)}) AND status = ?`,
    [...ids, status],
  );
}

/** Whether another account has the business number. */
export async function isClaimedByOther(tx: Tx, number: string, userId: string): Promise<boolean> {
  const row = await tx.row<Pick<SellerApplicationRow, 'userId'>>(
    `SELECT userId FROM seller_applications WHERE claimedNumber = ?${tx.dialect.forShare}`,
    [number],
  );
  return row !== undefined && row.userId !== userId;
}

export function readHistory(
  reader: Reader,
  applicationId: string,
): Promise<SellerApplicationHistoryRow[]> {
  return reader.rows<SellerApplicationHistoryRow>(
    'SELECT * FROM seller_application_history WHERE applicationId = ? ORDER BY version',
    [applicationId],
  );
}

export interface ApplicationFilter {
  readonly status: ApplicationStatus | undefined;
  readonly beforeId: string | undefined;
  readonly limit: number;
}

/** A page of applications, newest first, with one more than `limit` if there are more. */
export function listApplications(
  reader: Reader,
  { status, beforeId, limit }: ApplicationFilter,
): Promise<SellerApplicationRow[]> {
  const parameters: SqlValue[] = [beforeId ?? '~'];
  if (status !== undefined) parameters.push(status);
  return reader.rows<SellerApplicationRow>(
    `SELECT * FROM seller_applications WHERE id < ?
     ${status === undefined ? '' : 'AND status = ?'} ORDER BY id DESC LIMIT ${limit + 1}`,
    parameters,
  );
}
