import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../../common/config.ts';
import type { MasterKey } from './master-key.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A master key in a file: 32 random bytes in base64, as `openssl rand -base64 32` makes them.
 * @throws ConfigError when the file can't be read or holds something else
 */
export function readFileMasterKey(file: string, setting: string): MasterKey {
  return createFileMasterKey(readText(file, setting), setting);
}

/** @throws ConfigError when the text is not 32 bytes in base64; the message doesn't show it */
export function createFileMasterKey(text: string, setting: string): MasterKey {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) {
    throw new ConfigError([
      `${setting}: the file must hold 32 bytes in base64; make one with: openssl rand -base64 32`,
    ]);
  }
  const fingerprint = createHmac('sha256', key).update('onair master key').digest('hex');
  return {
    id: `file:${fingerprint.slice(0, 16)}`,
    setting,
    async wrap(dataKey, name) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      const bytes = [nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(bytes).toString('base64');
    },
    async unwrap(wrapped, name) {
      const bytes = Buffer.from(wrapped, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-tagBytes));
      const dataKey = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
      return Buffer.concat([dataKey, decipher.final()]);
    },
  };
}

function readText(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code: why } = Object.assign({ code: 'unreadable' }, error);
    throw new ConfigError([`${setting}: ${file} can't be read (${why})`]);
  }
}
