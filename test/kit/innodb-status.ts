import type { Database } from '../../grpc/db/index.ts';

/** What InnoDB counts since the server's start, over all databases and connections. */
export async function innodbStatus(
  db: Database,
  name: 'Innodb_deadlocks' | 'Innodb_row_lock_waits',
): Promise<number> {
  const row = await db.primary.row<{ Value: string }>(`SHOW GLOBAL STATUS LIKE '${name}'`);
  if (row === undefined) throw new Error(`the server does not count ${name}`);
  return Number(row.Value);
}
