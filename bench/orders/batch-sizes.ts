import { createConnection, type RowDataPacket } from 'mysql2/promise';

/**
 * How large the services' transactions were, by the orders that they left: those decided together
 * carry the same time. Answers how many orders were in transactions of each size.
 */
export async function batchSizes(
  url: string,
  broadcastId: string,
): Promise<Readonly<Record<string, number>>> {
  const connection = await createConnection({ uri: url, supportBigNumbers: true });
  const [batches] = await connection.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS size FROM orders WHERE broadcastId = ? GROUP BY createdAt',
    [broadcastId],
  );
  await connection.end();
  const orders: Record<string, number> = {};
  const bounds = [1, 16, 64, 128, 256, 512];
  for (const { size } of batches) {
    const bound = bounds.find((most) => Number(size) <= most);
    const label = bound === undefined ? 'more' : `<=${bound}`;
    orders[label] = (orders[label] ?? 0) + Number(size);
  }
  return orders;
}
