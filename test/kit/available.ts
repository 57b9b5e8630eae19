import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fetchedGlibc, systemGlibcSuffices } from './glibc.ts';

/** What a suite may need from the machine beyond npm packages. */
export type Part = 'mariadb' | 'redis' | 'glibc';

/** How to get each part, for messages. */
export const howToGet: Record<Part, string> = {
  mariadb: "Debian's mariadb-server",
  redis: "Debian's redis-server",
  glibc: 'glibc 2.38 (scripts/fetch-glibc.sh)',
};

const present: Record<Part, () => boolean> = {
  mariadb: hasMariaDb,
  redis: hasRedis,
  glibc: hasGlibc,
};

/** MariaDB's server and the script that makes its data folder are installed. */
function hasMariaDb(): boolean {
  return findBinary('mariadbd') !== undefined && findBinary('mariadb-install-db') !== undefined;
}

function hasRedis(): boolean {
  return findBinary('redis-server') !== undefined;
}

/** The uWebSockets.js addon loads: the system's glibc is new enough, or a newer one is at hand. */
function hasGlibc(): boolean {
  return systemGlibcSuffices() || fetchedGlibc() !== undefined;
}

/** True on the machine that must run everything: there a missing part is a failure. */
export function requireAll(): boolean {
  return process.env.ONAIR_TEST_REQUIRE === 'all';
}

/**
 * The parts that this machine lacks. `ONAIR_TEST_WITHOUT=mariadb,redis` makes parts count as
 * missing, to run the others alone.
 */
export function missingParts(parts: readonly Part[]): Part[] {
  const without = (process.env.ONAIR_TEST_WITHOUT ?? '').split(',');
  return parts.filter((part) => without.includes(part) || !present[part]());
}

/** The path of an installed program; servers' folders are searched too, as users lack them in PATH. */
export function findBinary(name: string): string | undefined {
  const dirs = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/usr/local/sbin');
  return dirs.map((dir) => join(dir, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
