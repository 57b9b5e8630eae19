import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs } from '../clock.ts';
import type { UploadTerms } from './object-store.ts';

/** What a signed form lets its bearer do, once its signature was found good. */
export interface SignedTerms extends UploadTerms {
  /** Name of the object in quarantine. */
  readonly name: string;
}

/** Why a form is refused. */
export type FormRefusal = 'unsigned' | 'expired' | 'changed';

/** Signs forms and addresses of the store on disk, the way S3 signs its own. */
export interface FormSigner {
  /** The fields of a form, in the order in which they are best sent. */
  sign(terms: SignedTerms): Record<string, string>;
  /** What the fields of a form allow, or why nothing. */
  verify(fields: ReadonlyMap<string, string>, now: EpochMs): SignedTerms | FormRefusal;
  /** Signature of an address that works until `expiresAt` (epoch ms). */
  signAddress(name: string, expiresAt: EpochMs): string;
  verifyAddress(name: string, expiresAt: EpochMs, signature: string, now: EpochMs): boolean;
}

const policySchema = z.strictObject({
  expiration: z.iso.datetime(),
  conditions: z.tuple([
    z.strictObject({ key: z.string() }),
    z.strictObject({ 'Content-Type': z.string() }),
    z.tuple([z.literal('content-length-range'), z.literal(1), z.number().int().min(1)]),
  ]),
});

/** Fields of a form; S3 refuses any other too. */
const fieldNames = ['key', 'Content-Type', 'policy', 'x-onair-signature'] as const;

/** Signs under keys made of `secret` for this purpose alone. */
export function createFormSigner(secret: string): FormSigner {
  const keyFor = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secret, '', `onair ${purpose}`, 32));
  const formKey = keyFor('upload forms');
  const addressKey = keyFor('file addresses');
  const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('hex');
  const addressMac = (name: string, expiresAt: EpochMs) => mac(addressKey, `${expiresAt} ${name}`);

  return {
    sign({ name, contentType, maxBytes, expiresAt }) {
      const policy = Buffer.from(
        JSON.stringify({
          expiration: new Date(expiresAt).toISOString(),
          conditions: [
            { key: name },
            { 'Content-Type': contentType },
            ['content-length-range', 1, maxBytes],
          ],
        }),
      ).toString('base64');
      const signature = mac(formKey, policy);
      return { key: name, 'Content-Type': contentType, policy, 'x-onair-signature': signature };
    },
    verify(fields, now) {
      const policy = fields.get('policy') ?? '';
      if (!isSame(mac(formKey, policy), fields.get('x-onair-signature') ?? '')) return 'unsigned';
      const { expiration, conditions } = policySchema.parse(
        JSON.parse(Buffer.from(policy, 'base64').toString('utf8')),
      );
      const expiresAt = Date.parse(expiration);
      if (expiresAt <= now) return 'expired';
      const [{ key: name }, { 'Content-Type': contentType }, [, , maxBytes]] = conditions;
      const isAsSigned = fields.get('key') === name && fields.get('Content-Type') === contentType;
      return isAsSigned && fields.size === fieldNames.length
        ? { name, contentType, maxBytes, expiresAt }
        : 'changed';
    },
    signAddress: addressMac,
    verifyAddress: (name, expiresAt, signature, now) =>
      expiresAt > now && isSame(addressMac(name, expiresAt), signature),
  };
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
