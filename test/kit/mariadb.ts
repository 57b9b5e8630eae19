import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findBinary } from './available.ts';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { onceInRun } from './once-in-run.ts';
import { runDir } from './run-dir.ts';
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

interface MariaDbOptions {
  /** More options of mariadbd, as `--innodb-buffer-pool-size=1G`. */
  readonly args?: readonly string[];
  /**
   * Fills the database `onair` of another server at its url, once in a jest run: this one then
   * starts on a copy of that server's data. Outside of jest it does not, and `onair` is empty.
   */
  readonly filledBy?: { readonly name: string; readonly fill: (url: string) => Promise<void> };
}

/**
 * Starts a private MariaDB server. A commit is on disk before it is answered, so that what was
 * committed survives `kill()` and `restart()`.
 *
 * @throws Error when MariaDB isn't installed, or doesn't come up.
 */
export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDb> {
  const dir = makeTempDir('mariadb');
  const { args = [], filledBy } = options;
  const filled =
    filledBy &&
    (await onceInRun(`mariadb-${filledBy.name}`, (made) => fillDataDir(made, filledBy.fill)));
  if (filled === undefined) await makeDataDir(dir);
  else await cp(dataDir(filled), dataDir(dir), copying);
  return serve(dir, args, filled === undefined);
}

const copying = { recursive: true, mode: constants.COPYFILE_FICLONE };

/** A server on a data folder, with its database `onair`. */
async function serve(dir: string, args: readonly string[], isNew: boolean): Promise<MariaDb> {
  const port = await freePort();
  const socket = join(dir, 's');
  const server = await startServer(dir, () => startDaemon({ dir, port, socket, args }));
  const urlOf = (database: string) => `mysql://root@127.0.0.1:${port}/${database}`;
  const createDatabase = async (name: string) => {
    await query(urlOf(''), `CREATE DATABASE \`${name}\``);
    return urlOf(name);
  };
  const url = isNew ? await createDatabase('onair') : urlOf('onair');
  // The server's `pid` is a getter, which a spread would freeze.
  return Object.assign(server, { url, port, socket, createDatabase });
}

async function makeDataDir(dir: string): Promise<void> {
  const installed = await onceInRun('mariadb', install);
  if (installed === undefined) await install(dir);
  else await cp(dataDir(installed), dataDir(dir), copying);
}

async function fillDataDir(dir: string, fill: (url: string) => Promise<void>): Promise<void> {
  await makeDataDir(dir);
  const port = await freePort();
  const daemon = await startDaemon({ dir, port, socket: join(dir, 's'), args: [] });
  const url = `mysql://root@127.0.0.1:${port}`;
  await query(url, 'CREATE DATABASE onair');
  await fill(`${url}/onair`);
  await daemon.stop();
}

async function install(dir: string): Promise<void> {
  const install = await startChild({
    name: 'mariadb-install-db',
    command: binary('mariadb-install-db'),
    args: [
      '--no-defaults',
      `--datadir=${dataDir(dir)}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...smallLog(),
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
      ...smallLog(),
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

/** Copied for every suite, and no suite writes that much. */
function smallLog(): string[] {
  return runDir() === undefined ? [] : ['--innodb-log-file-size=16M'];
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
