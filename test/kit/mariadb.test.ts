import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { describeWith } from './describe-with.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';

describeWith(['mariadb'], 'a private MariaDB', () => {
  let db: MariaDb;
  beforeAll(async () => {
    db = await startMariaDb();
  });
  afterAll(() => db.stop());

  it('serves its url and its socket, and commits durably', async () => {
    const setting = 'SELECT DATABASE() AS name, @@innodb_flush_log_at_trx_commit AS durable';
    for (const address of [db.url, { socketPath: db.socket, user: 'root', database: 'onair' }]) {
      const rows = await query(address, (c) => c.query<RowDataPacket[]>(setting));
      expect(rows[0]).toEqual([{ name: 'onair', durable: 1 }]);
    }
  });

  it('keeps what was committed over a crash, and nothing else', async () => {
    await query(db.url, async (connection) => {
      await connection.query('CREATE TABLE kept (id INT PRIMARY KEY) ENGINE=InnoDB');
      await connection.query('INSERT INTO kept VALUES (1)');
      await connection.beginTransaction();
      await connection.query('INSERT INTO kept VALUES (2)');
      // The crash takes the connection along, and mysql2 tells it as an event too.
      connection.on('error', () => undefined);
      const crashed = db.pid;
      expect(await db.kill()).toEqual({ code: null, signal: 'SIGKILL' });
      await db.restart();
      expect(db.pid).not.toBe(crashed);
    });
    const rows = await query(db.url, (c) => c.query<RowDataPacket[]>('SELECT id FROM kept'));
    expect(rows[0]).toEqual([{ id: 1 }]);
  });

  it('makes further databases, empty and apart', async () => {
    const url = await db.createDatabase('other');
    const tables = await query(url, (c) => c.query<RowDataPacket[]>('SHOW TABLES'));
    expect(tables[0]).toEqual([]);
  });

  it('runs beside another one', async () => {
    const other = await startMariaDb();
    expect(other.port).not.toBe(db.port);
    await query(other.url, (connection) => connection.ping());
    await other.stop();
    await expect(query(other.url, (connection) => connection.ping())).rejects.toThrow(/REFUSED/);
  });
});

async function query<T>(
  address: string | { socketPath: string; user: string; database: string },
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection =
    typeof address === 'string' ? await createConnection(address) : await createConnection(address);
  try {
    return await ask(connection);
  } finally {
    connection.destroy();
  }
}
