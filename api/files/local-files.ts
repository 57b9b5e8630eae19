import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { serviceSecret } from '../../common/auth/index.ts';
import type { Clock } from '../../common/clock.ts';
import type { Config } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import {
  createFormSigner,
  diskPathOf,
  extensionByType,
  isNoEntry,
  isObjectName,
  purposeRules,
} from '../../common/files/index.ts';
import { receiveForm } from './receive-form.ts';
import { storeUpload } from './store-upload.ts';

/** Milliseconds that a client may take to send or to read a file. */
const transferMs = 600_000;
/** Bytes of the largest upload there is; what a form allows, its signature says. */
const largestBytes = Math.max(...Object.values(purposeRules).map(({ maxBytes }) => maxBytes));

const objectParams = z.object({ fileId: z.string(), name: z.string() });
const signedQuery = z.object({ expires: z.coerce.number().int(), signature: z.string() });

/**
 * Stands in for the object store where there is none: takes in the forms and serves the addresses
 * that the store on disk has signed, from the data folder. Clients see no difference.
 */
export function addLocalFiles(app: FastifyInstance, config: Config, clock: Clock): void {
  if (config.S3_BUCKET !== undefined) return;
  const signer = createFormSigner(serviceSecret(config));

  app.register(async (files) => {
    files.removeAllContentTypeParsers();
    // The body stays a stream: it is as large as a file.
    files.addContentTypeParser('multipart/form-data', (_request, body, done) => done(null, body));
    files.post<{ Body: Readable }>(
      '/files/uploads',
      {
        bodyLimit: largestBytes + 100_000,
        handlerTimeout: transferMs,
        config: { routeClass: 'uploads' },
      },
      async ({ body, headers }, reply) => {
        await receiveForm(body, headers, largestBytes, async (fields, file) => {
          const terms = signer.verify(fields, clock.now());
          if (typeof terms === 'string') {
            throw new DomainError('UPLOAD_REFUSED', `the form is ${terms}`);
          }
          await storeUpload(config, terms.name, file, terms.maxBytes);
        });
        return reply.code(204).send();
      },
    );
  });

  const options = { handlerTimeout: transferMs };
  app.get('/files/:fileId/:name', options, async ({ params }, reply) => {
    const object = objectNameOf(params);
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendObject(reply, config, 'public', object);
  });

  app.get('/files/private/:fileId/:name', options, async ({ params, query }, reply) => {
    const object = objectNameOf(params);
    const signed = signedQuery.safeParse(query).data;
    const isOpen =
      signed !== undefined &&
      signer.verifyAddress(object, signed.expires, signed.signature, clock.now());
    if (!isOpen) throw new DomainError('UPLOAD_REFUSED', 'the address is not signed, or too old');
    reply.header('cache-control', 'private, no-store');
    reply.header('content-disposition', `attachment; filename="${object.split('/')[1]}"`);
    return sendObject(reply, config, 'private', object);
  });
}

function objectNameOf(params: unknown): string {
  const { fileId, name } = objectParams.parse(params);
  return `${fileId}/${name}`;
}

/** Names that we don't give are looked for nowhere, so no path leads out of the folder. */
async function sendObject(
  reply: FastifyReply,
  config: Config,
  area: 'public' | 'private',
  name: string,
): Promise<FastifyReply> {
  const file = isObjectName(area, name) ? await openOrNone(diskPathOf(config, area, name)) : null;
  if (file === null) throw new DomainError('FILE_NOT_FOUND', 'there is no such file');
  const { size } = await file.stat();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const type = Object.entries(extensionByType).find(([, ending]) => ending === extension)?.[0];
  reply.header('content-length', size).type(type ?? 'application/octet-stream');
  return reply.send(file.createReadStream());
}

async function openOrNone(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (isNoEntry(error)) return null;
    throw error;
  }
}
