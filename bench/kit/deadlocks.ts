import { createConnection, type RowDataPacket } from 'mysql2/promise';

/**
 * Deadlocks that the server met since its start. Ours has them done again in silence, so that
 * nobody else could tell of them.
 */
export async function deadlocksSoFar(url: string): Promise<number> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      `SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'`,
    );
    return Number(rows[0]?.Value);
  } finally {
    await connection.end();
  }
}
