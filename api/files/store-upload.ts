import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import { diskPathOf, draftPathOf } from '../../common/files/index.ts';

/**
 * Puts an upload into quarantine as it comes in: whole or not at all, and never more than
 * `maxBytes`. One that was there is replaced, as in S3.
 * @throws DomainError PAYLOAD_TOO_LARGE, or INVALID_ARGUMENT for a file of no bytes
 */
export async function storeUpload(
  config: Config,
  name: string,
  file: Readable,
  maxBytes: number,
): Promise<void> {
  const path = diskPathOf(config, 'quarantine', name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = draftPathOf(path);
  try {
    await pipeline(file, within(maxBytes), createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function within(maxBytes: number) {
  return async function* count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new DomainError('PAYLOAD_TOO_LARGE', `the file has more than ${maxBytes} bytes`);
      }
      yield chunk;
    }
    if (bytes === 0) throw new DomainError('INVALID_ARGUMENT', 'the file has no bytes');
  };
}
