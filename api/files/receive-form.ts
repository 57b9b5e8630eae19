import type { IncomingHttpHeaders } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { DomainError } from '../../common/errors/index.ts';

/** Bytes of everything in a form that is not the file. */
const overheadBytes = 64 * 1024;

const limits = { fields: 10, fieldNameSize: 50, fieldSize: 4_096, headerPairs: 20, parts: 20 };

/** Takes the file of a form as it comes in. What it throws refuses the form. */
export type TakeFile = (
  fields: ReadonlyMap<string, string>,
  file: BusboyFileStream,
) => Promise<void>;

/**
 * Reads a `multipart/form-data` body and hands its file on with the fields that came before it,
 * as S3 does: what comes after the file is not looked at. Holds no more than a few fields in memory.
 * @throws DomainError MALFORMED_REQUEST for what is no such form or has no file, PAYLOAD_TOO_LARGE,
 *   and what `take` throws
 */
export async function receiveForm(
  body: Readable,
  headers: IncomingHttpHeaders,
  maxFileBytes: number,
  take: TakeFile,
): Promise<void> {
  const parser = openParser(headers);
  const fields = new Map<string, string>();
  let taking: Promise<void> | undefined;
  let taken: BusboyFileStream | undefined;
  const stopping = new AbortController();

  parser.on('field', (name, value, isNameCut, isValueCut) => {
    if (taking !== undefined) return;
    // What was cut, or came twice, is not what anyone signed.
    if (isNameCut || isValueCut || fields.has(name)) fields.set(name, '');
    else fields.set(name, value);
  });
  parser.on('file', (name, file) => {
    // Broken off, it fails by itself too, and by then nobody may be listening.
    file.on('error', () => undefined);
    if (taking !== undefined || name !== 'file') {
      file.resume();
      return;
    }
    taken = file;
    // Refused, the rest of the body is of no interest.
    taking = take(fields, file).catch((error: unknown) => stopping.abort(error));
  });

  const counter = countBytes(maxFileBytes + overheadBytes);
  body.once('close', () => {
    if (!body.readableEnded) counter.destroy(malformed('the form broke off'));
  });
  body.pipe(counter);
  try {
    await pipeline(counter, parser, { signal: stopping.signal });
  } catch (error) {
    const refusal = error instanceof DomainError ? error : malformed(String(error));
    taken?.destroy(refusal);
    await taking;
    throw stopping.signal.aborted ? stopping.signal.reason : refusal;
  } finally {
    // What is left is let run out, as the refusal goes back on the same connection; the server
    // gives a request only so much time to arrive.
    body.unpipe(counter);
    body.resume();
  }
  await taking;
  if (stopping.signal.aborted) throw stopping.signal.reason;
  if (taking === undefined) throw malformed('the form has no file');
}

function openParser(headers: IncomingHttpHeaders) {
  const contentType = headers['content-type'] ?? '';
  try {
    return new Busboy({ headers: { ...headers, 'content-type': contentType }, limits });
  } catch (error) {
    throw malformed(String(error));
  }
}

function countBytes(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) done(null, chunk);
      else done(new DomainError('PAYLOAD_TOO_LARGE', 'the form is too large'));
    },
  });
}

function malformed(message: string): DomainError {
  return new DomainError('MALFORMED_REQUEST', message);
}
