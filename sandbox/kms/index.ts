import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../common/config.ts';

const context = z.record(z.string(), z.string()).default({});
const encryptRequest = z.object({
  KeyId: z.string(),
  Plaintext: z.base64(),
  EncryptionContext: context,
});
const decryptRequest = z.object({
  KeyId: z.string(),
  CiphertextBlob: z.base64(),
  EncryptionContext: context,
});

/** An answer as AWS KMS refuses. */
class KmsError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status = 400) {
    super(type);
    this.type = type;
    this.status = status;
  }
}

/** What keys of these names do; any other name is a key that works. */
const refusals: Readonly<Record<string, string>> = {
  'alias/missing': 'NotFoundException',
  'alias/denied': 'AccessDeniedException',
  'alias/disabled': 'DisabledException',
};

/**
 * Adds the stand-in of AWS KMS under /kms: Encrypt and Decrypt in its JSON protocol (AWS JSON 1.1),
 * with keys that really wrap. `alias/missing`, `alias/denied` and `alias/disabled` are refused as
 * KMS refuses them, `alias/busy` throttles every other call.
 */
export function addKms(app: FastifyInstance, config: Config): void {
  const secret = keptSecret(join(config.DATA_DIR, 'sandbox'));
  let calls = 0;
  app.register(async (kms) => {
    kms.addContentTypeParser(
      'application/x-amz-json-1.1',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => JSON.parse(body),
    );
    kms.setErrorHandler((error, _request, reply) => {
      const refusal = error instanceof KmsError ? error : new KmsError('KMSInternalException', 500);
      return reply
        .code(refusal.status)
        .type('application/x-amz-json-1.1')
        .send(JSON.stringify({ __type: refusal.type, message: refusal.type }));
    });
    const answer = async ({ headers, body }: { headers: object; body: unknown }) => {
      const { authorization = '', 'x-amz-target': target = '' } = z
        .looseObject({ authorization: z.string(), 'x-amz-target': z.string() })
        .partial()
        .parse(headers);
      if (!authorization.startsWith('AWS4-HMAC-SHA256 Credential=')) {
        throw new KmsError('MissingAuthenticationTokenException', 400);
      }
      const { KeyId } = z.looseObject({ KeyId: z.string() }).parse(body);
      calls += 1;
      const refusal = KeyId === 'alias/busy' && calls % 2 === 1 ? 'ThrottlingException' : undefined;
      if (refusal !== undefined) throw new KmsError(refusal);
      const type = refusals[KeyId];
      if (type !== undefined) throw new KmsError(type);
      const key = Buffer.from(hkdfSync('sha256', secret, '', KeyId, 32));
      const named = { KeyId: arnOf(KeyId), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      if (target === 'TrentService.Encrypt') {
        const { Plaintext, EncryptionContext } = encryptRequest.parse(body);
        return { ...named, CiphertextBlob: wrap(key, Plaintext, EncryptionContext) };
      }
      if (target === 'TrentService.Decrypt') {
        const { CiphertextBlob, EncryptionContext } = decryptRequest.parse(body);
        return { ...named, Plaintext: unwrap(key, CiphertextBlob, EncryptionContext) };
      }
      throw new KmsError('UnsupportedOperationException');
    };
    for (const url of ['/kms', '/kms/']) {
      kms.post(url, async (request, reply) => {
        const answered = await answer(request);
        return reply.type('application/x-amz-json-1.1').send(JSON.stringify(answered));
      });
    }
  });
}

function wrap(key: Buffer, plaintext: string, bound: Record<string, string>): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(canonical(bound));
  const bytes = [cipher.update(Buffer.from(plaintext, 'base64')), cipher.final()];
  return Buffer.concat([nonce, ...bytes, cipher.getAuthTag()]).toString('base64');
}

function unwrap(key: Buffer, blob: string, bound: Record<string, string>): string {
  const bytes = Buffer.from(blob, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAAD(canonical(bound)).setAuthTag(bytes.subarray(-16));
    const plain = [decipher.update(bytes.subarray(12, -16)), decipher.final()];
    return Buffer.concat(plain).toString('base64');
  } catch {
    throw new KmsError('InvalidCiphertextException');
  }
}

function canonical(bound: Record<string, string>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(bound).sort()), 'utf8');
}

function arnOf(keyId: string): string {
  return keyId.startsWith('arn:') ? keyId : `arn:aws:kms:ap-northeast-2:000000000000:${keyId}`;
}

/** Its keys outlive the process, as those of KMS do. */
function keptSecret(folder: string): Buffer {
  const file = join(folder, 'kms-secret');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}
