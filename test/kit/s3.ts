import { once } from 'node:events';
import S3rver from 's3rver';
import { freePort } from './free-port.ts';
import { createPolicyGate } from './post-policy.ts';
import { makeTempDir } from './temp-dir.ts';

/** A store that speaks S3's protocol, with the two buckets that we need. */
export interface S3 {
  /** The settings that lead there. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where the store is without anything that looks at forms. */
  readonly bareUrl: string;
  stop(): Promise<void>;
}

const buckets = ['onair-files', 'onair-public'] as const;
/** The one account that s3rver knows. */
const key = 'S3RVER';

/**
 * s3rver over a folder. It checks signatures of requests, but lets anyone read, and looks at nothing
 * of a form's policy, neither signature nor end, key, size or type; so a gate before it does. People
 * reach it through the gate, the workers without.
 */
export async function startS3(): Promise<S3> {
  const [port, gatePort] = [await freePort(), await freePort()];
  const server = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory: makeTempDir('s3'),
    configureBuckets: buckets.map((name) => ({ name })),
  });
  await server.run();
  const bareUrl = `http://127.0.0.1:${port}`;
  const gate = createPolicyGate(bareUrl, key);
  gate.listen(gatePort, '127.0.0.1');
  await once(gate, 'listening');
  const gateUrl = `http://127.0.0.1:${gatePort}`;
  return {
    settings: {
      S3_ENDPOINT: bareUrl,
      S3_PUBLIC_ENDPOINT: gateUrl,
      S3_REGION: 'us-east-1',
      S3_BUCKET: buckets[0],
      S3_PUBLIC_BUCKET: buckets[1],
      S3_ACCESS_KEY: key,
      S3_SECRET_KEY: key,
      FILES_URL: `${gateUrl}/${buckets[1]}`,
    },
    bareUrl,
    async stop() {
      gate.closeAllConnections();
      gate.close();
      await server.close();
    },
  };
}
