import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findBinary } from './available.ts';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { type Server, startServer } from './server.ts';
import { makeTempDir } from './temp-dir.ts';

export interface MariaDb extends Server {
  /** Of an empty database, as a user who may do everything: `mysql://root@127.0.0.1:PORT/onair`. */
  readonly url: string;
  readonly port: number;
  /** The server's Unix socket. */
  readonly socket: string;
  /** Makes another empty database on the same server, and answers its url. */
  createDatabase(name: string): Promise<string>;
}

/**
 * Starts a private MariaDB server. A commit is on disk before it is answered, so that what was
 * committed survives `kill()` and `restart()`.
 *
 * @param args more options of mariadbd, as `--innodb-buffer-pool-size=1G`.
 * @throws Error when MariaDB isn't installed, or doesn't come up.
 */
export async function startMariaDb({ args = [] as readonly string[] } = {}): Promise<MariaDb> {
  const dir = makeTempDir('mariadb');
  const port = await freePort();
  const socket = join(dir, 's');
  await installDataDir(dir);
  const server = await startServer(dir, () => startDaemon({ dir, port, socket, args }));

  const urlOf = (database: string) => `mysql://root@127.0.0.1:${port}/${database}`;
  const createDatabase = async (name: string) => {
    await query(urlOf(''), `CREATE DATABASE \`${name}\``);
    return urlOf(name);
  };
  const url = await createDatabase('onair');
  // The server's `pid` is a getter, which a spread would freeze.
  return Object.assign(server, { url, port, socket, createDatabase });
}

async function installDataDir(dir: string): Promise<void> {
  const install = await startChild({
    name: 'mariadb-install-db',
    command: binary('mariadb-install-db'),
    args: [
      '--no-defaults',
      `--datadir=${dataDir(dir)}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot(),
    ],
    env: ownTempFiles(dir),
    dir,
  });
  const { code } = await install.exited;
  if (code !== 0) throw new Error(`mariadb-install-db failed:\n${install.log()}`);
}

async function startDaemon({
  dir,
  port,
  socket,
  args,
}: {
  dir: string;
  port: number;
  socket: string;
  args: readonly string[];
}): Promise<Child> {
  const daemon = await startChild({
    name: 'mariadbd',
    command: binary('mariadbd'),
    args: [
      '--no-defaults',
      `--datadir=${dataDir(dir)}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--innodb-flush-log-at-trx-commit=1',
      ...asRoot(),
      ...args,
    ],
    env: ownTempFiles(dir),
    dir,
  });
  await daemon.waitUntil('MariaDB answers', async () => {
    await query(`mysql://root@127.0.0.1:${port}`, 'SELECT 1');
    return true;
  });
  return daemon;
}

async function query(url: string, sql: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** A server that starts removes the temporary tables that it finds, also those of its neighbours. */
function ownTempFiles(dir: string): Record<string, string> {
  return { TMPDIR: dir };
}

function dataDir(dir: string): string {
  return join(dir, 'data');
}

/** MariaDB refuses to run as root unless told so. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

function binary(name: string): string {
  const path = findBinary(name);
  if (!path) throw new Error(`${name} is not installed`);
  return path;
}
