import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import {
  type ObjectArea,
  type ObjectStore,
  publicUrlOf,
  requireFileId,
  requireObjectName,
} from './object-store.ts';

/** Where S3 is and who we are there. */
export interface S3Settings {
  readonly bucket: string;
  readonly publicBucket: string;
}

/** Objects change their address, never what they hold. */
const forEver = 'public, max-age=31536000, immutable';

/**
 * Over S3, or anything that speaks its protocol. Quarantine and private objects are in one bucket
 * under prefixes of their own, public ones alone in another, so that no rule of access can take the
 * one for the other.
 */
export function createS3Store(
  config: Config,
  { bucket, publicBucket }: S3Settings,
  clock: Clock,
): ObjectStore {
  const client = openClient(config, config.S3_ENDPOINT);
  // What clients are handed names the store as they reach it.
  const outside = openClient(config, config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT);

  function locate(area: ObjectArea, name: string) {
    requireObjectName(area, name);
    return area === 'public'
      ? { Bucket: publicBucket, Key: name }
      : { Bucket: bucket, Key: `${area}/${name}` };
  }

  return {
    async signUpload(name, { contentType, maxBytes, expiresAt }) {
      const { url, fields } = await createPresignedPost(outside, {
        ...locate('quarantine', name),
        Conditions: [['content-length-range', 1, maxBytes]],
        // Each field becomes a condition of the policy, so that it can only be this.
        Fields: { 'Content-Type': contentType },
        Expires: Math.max(1, Math.floor((expiresAt - clock.now()) / 1_000)),
      });
      return { url, fields };
    },
    signRead(name, { seconds, saveAs }) {
      const disposition = `attachment; filename="${saveAs}"`;
      const command = new GetObjectCommand({
        ...locate('private', name),
        ResponseContentDisposition: disposition,
        ResponseCacheControl: 'private, no-store',
      });
      return getSignedUrl(outside, command, { expiresIn: seconds });
    },
    publicUrl: (name) => publicUrlOf(config, name),
    async sizeOf(area, name) {
      try {
        const { ContentLength = 0 } = await client.send(new HeadObjectCommand(locate(area, name)));
        return ContentLength;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async read(area, name, maxBytes) {
      try {
        const { Body, ContentLength } = await client.send(new GetObjectCommand(locate(area, name)));
        if (Body === undefined) return 'missing';
        if (ContentLength === undefined || ContentLength > maxBytes) {
          await Body.transformToWebStream().cancel();
          return 'too_large';
        }
        return Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (isMissing(error)) return 'missing';
        throw error;
      }
    },
    async write(area, name, bytes, contentType) {
      const caching = area === 'public' ? { CacheControl: forEver } : {};
      const object = { Body: bytes, ContentType: contentType, ...caching };
      await client.send(new PutObjectCommand({ ...locate(area, name), ...object }));
    },
    async remove(area, name) {
      await client.send(new DeleteObjectCommand(locate(area, name)));
    },
    async removeAll(fileId) {
      requireFileId(fileId);
      await client.send(new DeleteObjectCommand(locate('quarantine', fileId)));
      await removeUnder(client, bucket, `private/${fileId}/`);
      await removeUnder(client, publicBucket, `${fileId}/`);
    },
    close() {
      client.destroy();
      outside.destroy();
    },
  };
}

function openClient(config: Config, endpoint: string | undefined): S3Client {
  const { S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey } = config;
  return new S3Client({
    region: config.S3_REGION,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    requestHandler: { connectionTimeout: 3_000, requestTimeout: config.S3_TIMEOUT_MS },
    // Not every store that speaks the protocol knows the newer checksums; TLS guards the way.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof NoSuchKey || error instanceof NotFound;
}

/** A file has a handful of objects at most, so one page of the list is all of them. */
async function removeUnder(client: S3Client, bucket: string, prefix: string): Promise<void> {
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
  if (Objects.length === 0) return;
  const removal = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  const { Errors = [] } = await client.send(removal);
  if (Errors.length > 0) throw new Error(`the store kept ${Errors.length} objects`);
}
