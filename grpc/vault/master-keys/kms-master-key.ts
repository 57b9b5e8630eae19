import type { KMSClient } from '@aws-sdk/client-kms';
import type { MasterKey } from './master-key.ts';

/** Where a key of AWS KMS is. Credentials come as the AWS SDK finds them. */
export interface KmsOptions {
  /** Id, ARN or alias of a symmetric key. */
  readonly keyId: string;
  readonly region: string;
  /** Instead of AWS' own. */
  readonly endpoint: string | undefined;
}

/** Milliseconds that one attempt may take, of three. */
const timeoutMs = 5_000;

/**
 * A master key that never leaves AWS KMS. The name of the data key is the encryption context, so
 * KMS itself refuses to unwrap one key as another, and its log says which was asked for.
 */
export function createKmsMasterKey(
  { keyId, region, endpoint }: KmsOptions,
  setting: string,
): MasterKey {
  let client: Promise<KMSClient> | undefined;
  // Loaded by those who use it alone.
  const sdk = () => import('@aws-sdk/client-kms');
  async function connect(): Promise<KMSClient> {
    const { KMSClient } = await sdk();
    return new KMSClient({
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs },
    });
  }
  const connected = () => {
    client ??= connect();
    return client;
  };
  const contextOf = (name: string) => ({ service: 'onair', dataKey: name });
  return {
    id: `kms:${keyId}`,
    setting,
    async wrap(key, name) {
      const { EncryptCommand } = await sdk();
      const input = { KeyId: keyId, Plaintext: key, EncryptionContext: contextOf(name) };
      const { CiphertextBlob } = await (await connected()).send(new EncryptCommand(input));
      return Buffer.from(whole(CiphertextBlob)).toString('base64');
    },
    async unwrap(wrapped, name) {
      const { DecryptCommand } = await sdk();
      const CiphertextBlob = Buffer.from(wrapped, 'base64');
      const input = { KeyId: keyId, CiphertextBlob, EncryptionContext: contextOf(name) };
      const { Plaintext } = await (await connected()).send(new DecryptCommand(input));
      return Buffer.from(whole(Plaintext));
    },
  };
}

function whole(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('AWS KMS answered without the key');
  return bytes;
}
