import fastify from 'fastify';
import mysql, { type RowDataPacket } from 'mysql2/promise';

/**
 * What a Fastify server by the book makes of the same reads: the same statements on the same tables,
 * the same JSON, its serialisers compiled. It asks nobody who they are, counts nobody's requests and
 * logs nothing.
 */
const pool = mysql.createPool({ uri: process.env.DATABASE_URL ?? '', connectionLimit: 10 });
const app = fastify();

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const textOrNull = { type: 'string', nullable: true } as const;
const line = { skuId: text, productId: text, dealId: textOrNull, name: text };
const orderSchema = {
  type: 'object',
  properties: {
    ...{ id: text, number: text, userId: text, sellerId: text, broadcastId: text, status: text },
    amount: whole,
    lines: {
      type: 'array',
      items: { type: 'object', properties: { ...line, unitPrice: whole, quantity: whole } },
    },
    ...{ paymentDeadline: text, createdAt: text, paidAt: textOrNull },
    history: {
      type: 'array',
      items: {
        type: 'object',
        properties: { from: textOrNull, to: text, actor: text, reason: textOrNull, at: text },
      },
    },
  },
} as const;

async function rowsOf(sql: string, parameters: readonly string[]): Promise<RowDataPacket[]> {
  const [rows] = await pool.query<RowDataPacket[]>(sql, [...parameters]);
  return rows;
}

function toOrder(row: RowDataPacket, lines: RowDataPacket[], history: RowDataPacket[]) {
  return {
    ...row,
    lines,
    paymentDeadline: isoOf(row.paymentDeadline),
    createdAt: isoOf(row.createdAt),
    paidAt: row.paidAt === null ? null : isoOf(row.paidAt),
    history: history.map((step) => ({
      from: step.fromStatus,
      to: step.toStatus,
      actor: step.actor,
      reason: step.reason,
      at: isoOf(step.at),
    })),
  };
}

const isoOf = (time: number) => new Date(time).toISOString();

const linesSql = (count: number) =>
  `SELECT * FROM order_lines WHERE orderId IN (${new Array(count).fill('?').join(',')})
   ORDER BY orderId, position`;

app.get<{ Params: { orderId: string } }>(
  '/v1/orders/:orderId',
  { schema: { response: { 200: orderSchema } } },
  async ({ params }, reply) => {
    const [[order], lines, history] = await Promise.all([
      rowsOf('SELECT * FROM orders WHERE id IN (?)', [params.orderId]),
      rowsOf(linesSql(1), [params.orderId]),
      rowsOf('SELECT * FROM order_history WHERE orderId = ? ORDER BY version', [params.orderId]),
    ]);
    return order === undefined ? reply.code(404).send() : toOrder(order, lines, history);
  },
);

app.get<{ Querystring: { userId: string; pageSize: string } }>(
  '/v1/orders',
  {
    schema: {
      response: {
        200: {
          type: 'object',
          properties: { items: { type: 'array', items: orderSchema }, nextPageToken: textOrNull },
        },
      },
    },
  },
  async ({ query }) => {
    const limit = Number(query.pageSize);
    const orders = await rowsOf(
      `SELECT * FROM orders WHERE userId = ? AND id < ? ORDER BY id DESC LIMIT ${limit + 1}`,
      [query.userId, '~'],
    );
    const ids = orders.map(({ id }) => String(id));
    const lines = Map.groupBy(await rowsOf(linesSql(ids.length), ids), ({ orderId }) => orderId);
    const items = orders.slice(0, limit).map((row) => toOrder(row, lines.get(row.id) ?? [], []));
    const nextPageToken = orders.length > limit ? String(orders[limit - 1]?.id) : null;
    return { items, nextPageToken };
  },
);

process.once('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
console.log('on air');
