import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
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
  if (!existsSync(file)) keep(file, make());
  return readFileSync(file, 'utf8').trim();
}

/**
 * Written beside and then linked into place, so that nobody reads half a secret; the link fails if
 * another process made it first, and then its secret is the one to use.
 */
function keep(file: string, secret: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, secret, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** Compares secrets in a time that does not depend on where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(expected));
}
