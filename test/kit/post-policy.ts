import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

/** A form as it arrived: fields that came before the file, by their names in small letters. */
interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Blob;
}

const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.record(z.string(), z.string()),
      z.tuple([z.literal('content-length-range'), z.number(), z.number()]),
    ]),
  ),
});

/**
 * Stands before a store that does not look at the policies of forms, and does, as AWS documents it
 * (Amazon S3 API, "Creating a POST policy"): signature, end, each condition, and no field without
 * one. Everything else goes through as it is. Buffers a form as a whole, which only a test may.
 */
export function createPolicyGate(storeUrl: string, secretKey: string) {
  return createServer((incoming, answer) => {
    void pass(incoming, answer, storeUrl, secretKey).catch((error: unknown) => {
      answer.writeHead(500).end(String(error));
    });
  });
}

async function pass(
  incoming: IncomingMessage,
  answer: ServerResponse,
  storeUrl: string,
  secretKey: string,
): Promise<void> {
  const body = await buffer(incoming);
  const type = incoming.headers['content-type'] ?? '';
  if (incoming.method === 'POST' && type.startsWith('multipart/form-data')) {
    const bucket = (incoming.url ?? '').split('/')[1] ?? '';
    const refusal = refuse(await readForm(body, type), bucket, secretKey);
    if (refusal !== undefined) {
      answer.writeHead(refusal.status).end(`<Error><Code>${refusal.code}</Code></Error>`);
      return;
    }
  }
  const { method, headers, url: path } = incoming;
  const outgoing = request(new URL(path ?? '/', storeUrl), { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.end(body);
}

async function readForm(body: Buffer, type: string): Promise<Form> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': type },
  }).formData();
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    if (typeof value !== 'string') return { fields, file: value };
    fields.set(name.toLowerCase(), value);
  }
  return { fields, file: new Blob([]) };
}

function refuse({ fields, file }: Form, bucket: string, secretKey: string) {
  const encoded = fields.get('policy') ?? '';
  if (signatureOf(encoded, fields, secretKey) !== fields.get('x-amz-signature')) {
    return { status: 403, code: 'SignatureDoesNotMatch' };
  }
  const json: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  const { expiration, conditions } = policySchema.parse(json);
  const denied = { status: 403, code: 'AccessDenied' };
  if (Date.parse(expiration) <= Date.now()) return denied;
  const open = new Set([...fields.keys()].filter((name) => !isOutside(name)));
  for (const condition of conditions) {
    if (Array.isArray(condition)) {
      const [, least, most] = condition;
      if (file.size > most) return { status: 400, code: 'EntityTooLarge' };
      if (file.size < least) return { status: 400, code: 'EntityTooSmall' };
      continue;
    }
    for (const [name, expected] of Object.entries(condition)) {
      const given = name === 'bucket' ? bucket : fields.get(name.toLowerCase());
      if (given !== expected) return denied;
      open.delete(name.toLowerCase());
    }
  }
  return open.size > 0 ? denied : undefined;
}

function isOutside(name: string): boolean {
  return name === 'policy' || name === 'x-amz-signature' || name.startsWith('x-ignore-');
}

/** Signature Version 4 of a policy. */
function signatureOf(policy: string, fields: Form['fields'], secretKey: string): string {
  const [, date = '', region = '', service = ''] = (fields.get('x-amz-credential') ?? '').split(
    '/',
  );
  const mac = (key: Buffer | string, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const key = [region, service, 'aws4_request'].reduce(
    (soFar, part) => mac(soFar, part),
    mac(`AWS4${secretKey}`, date),
  );
  return mac(key, policy).toString('hex');
}
