import S3rver from 's3rver';
import { freePort } from './free-port.ts';
import { makeTempDir } from './temp-dir.ts';

/** A store that speaks S3's protocol, with the two buckets that we need. */
export interface S3 {
  /** The settings that lead there. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const buckets = ['onair-files', 'onair-public'] as const;

/**
 * s3rver over a folder. It checks signatures of requests, but not forms: their policy is not looked
 * at, neither signature nor end, size or type. It lets anyone read.
 */
export async function startS3(): Promise<S3> {
  const port = await freePort();
  const server = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory: makeTempDir('s3'),
    configureBuckets: buckets.map((name) => ({ name })),
  });
  await server.run();
  const url = `http://127.0.0.1:${port}`;
  return {
    settings: {
      S3_ENDPOINT: url,
      S3_REGION: 'us-east-1',
      S3_BUCKET: buckets[0],
      S3_PUBLIC_BUCKET: buckets[1],
      S3_ACCESS_KEY: 'S3RVER',
      S3_SECRET_KEY: 'S3RVER',
      FILES_URL: `${url}/${buckets[1]}`,
    },
    stop: () => server.close(),
  };
}
