import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './project-dir.ts';

/** A C library outside the system's folders, with the loader that runs a program on it. */
interface Glibc {
  loader: string;
  libraries: string;
}

// What the binaries of uWebSockets.js are linked against.
const neededMajor = 2;
const neededMinor = 38;

/**
 * The glibc to run Node on, where the system's is too old for uWebSockets.js: from the folder that
 * `ONAIR_GLIBC_DIR` names, else from where `scripts/fetch-glibc.sh` puts it.
 */
export function fetchedGlibc(): Glibc | undefined {
  const dir = process.env.ONAIR_GLIBC_DIR || join(projectDir, 'node_modules/.cache/onair-glibc');
  const libraries = foldersIn(join(dir, 'usr/lib')).find((folder) =>
    existsSync(join(folder, 'libc.so.6')),
  );
  if (!libraries) return undefined;
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name));
  return loader ? { loader: join(libraries, loader), libraries } : undefined;
}

/** False as well where the C library is another one than glibc. */
export function systemGlibcSuffices(): boolean {
  const version = glibcVersion(process.report.getReport());
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (Number(major) !== neededMajor) return Number(major) > neededMajor;
  return Number(minor) >= neededMinor;
}

function glibcVersion(report: unknown): string | undefined {
  const header = property(report, 'header');
  const version = property(header, 'glibcVersionRuntime');
  return typeof version === 'string' ? version : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function foldersIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
}
