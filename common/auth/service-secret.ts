import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/**
 * The secret that our own processes show each other: the setting, or one made once and kept in the
 * data folder, so that several processes on one machine share it.
 */
export function serviceSecret(config: Config): string {
  if (config.SERVICE_SECRET !== undefined) return config.SERVICE_SECRET;
  return keptSecret(config, 'service-secret', () => randomBytes(32).toString('base64url'));
}

/** Reads a secret from the data folder's `keys/`, making it first if it is not there. */
export function keptSecret(config: Config, name: string, make: () => string): string {
  const folder = join(config.DATA_DIR, 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  try {
    // 'wx' fails if another process made it first; then its secret is the one to use.
    writeFileSync(file, make(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

/** Compares secrets in a time that does not depend on where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
