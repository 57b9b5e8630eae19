import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { createServer, Server } from 'nice-grpc';
import { freePort } from '../../test/kit/free-port.ts';
import { until } from '../../test/kit/until.ts';
import type { createClientPool } from './clients.ts';

// Linux alone answers on all of 127.0.0.0/8 without being told to.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('clients of services under one name', () => {
  const running: Server[] = [];
  let addresses: readonly string[] = [];
  let dns: Socket;
  let createPool: typeof createClientPool;
  let createEmptyServer: typeof createServer;

  beforeAll(async () => {
    // Lets a name be looked up at a DNS server of ours. Read when grpc-js is loaded: not before.
    process.env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER = 'true';
    ({ createServer: createEmptyServer } = await import('nice-grpc'));
    ({ createClientPool: createPool } = await import('./clients.ts'));
    dns = await serveNames(() => addresses);
  });

  afterAll(async () => {
    dns.close();
    await Promise.all(running.map((server) => server.shutdown()));
  });

  it('find them within seconds when all came back under other addresses', async () => {
    const port = await freePort();
    const before = [await serve('127.0.0.1', port), await serve('127.0.0.2', port)];
    addresses = ['127.0.0.1', '127.0.0.2'];
    const pool = createPool(`dns://127.0.0.1:${dns.address().port}/services:${port}`, 'secret');
    await until('the services answer', () => answers(pool));

    for (const server of before) await server.shutdown();
    await serve('127.0.0.3', port);
    addresses = ['127.0.0.3'];

    // Half of what it takes a channel that nobody told to look names up more often.
    await until('they answer again', () => answers(pool), { timeoutMs: 15_000 });
    pool.close();
  });

  async function serve(host: string, port: number): Promise<Server> {
    const server = createEmptyServer();
    await server.listen(`${host}:${port}`);
    running.push(server);
    return server;
  }
});

/** Whether a call reaches a server: these know no service, and say so. */
async function answers(pool: ReturnType<typeof createClientPool>): Promise<boolean> {
  const { sessions } = pool.as({ actor: { kind: 'service', name: 'api' } });
  const refusal: unknown = await sessions.getSigningKeys({}).catch((error: unknown) => error);
  return refusal instanceof Error && refusal.message.includes('does not implement');
}

/** A DNS server on 127.0.0.1 that answers questions for IPv4 addresses with those of the moment. */
async function serveNames(addresses: () => readonly string[]): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answerTo(query, addresses()), from.port));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** RFC 1035: the header, the question again, and a record with no lifetime for each address. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const headerBytes = 12;
  const questionEnd = query.indexOf(0, headerBytes) + 5;
  const asksForIpv4 = query.readUInt16BE(questionEnd - 4) === 1;
  const records = (asksForIpv4 ? addresses : []).map((address) =>
    // The name of the question, type A, class IN, 0 seconds, 4 bytes.
    Buffer.from([
      0xc0,
      headerBytes,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...address.split('.').map(Number),
    ]),
  );
  const header = Buffer.from(query.subarray(0, headerBytes));
  header.writeUInt16BE(0x8400, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, query.subarray(headerBytes, questionEnd), ...records]);
}
