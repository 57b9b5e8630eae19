import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { loadConfig } from '../common/config.ts';
import { silentLogger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import { createLocalPulse } from '../common/pulse/index.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import { until } from '../test/kit/until.ts';
import { createOnairClient, ProblemError, unwrap } from './client/index.ts';
import { startApi } from './index.ts';

const clients = createClientPool('127.0.0.1:1', 'a secret of the services of 32 letters');
const parts: Part[] = [];

async function start(env: Record<string, string> = {}): Promise<Part> {
  const config = loadConfig({
    ONAIR_ENV: 'test',
    API_PORT: '0',
    API_MAX_LOOP_DELAY_MS: '60000',
    ...env,
  });
  const part = await startApi({ config, log: silentLogger(), clients, pulse: createLocalPulse() });
  parts.push(part);
  return part;
}

afterAll(async () => {
  for (const part of parts) await part.stop();
  clients.close();
});

/** A connection that writes bytes as they are, and all that it heard. */
async function open(part: Part): Promise<{ socket: Socket; heard: () => string }> {
  const { hostname, port } = new URL(part.address);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('utf8');
  });
  await once(socket, 'connect');
  return { socket, heard: () => text };
}

test('draining stops listening and finishes the request under way', async () => {
  const part = await start();
  const { socket, heard } = await open(part);
  const body = '{"email":1}';
  socket.write(
    'POST /v1/sessions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n' +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await until('the request is under way', () => heard().includes('100 Continue'));
  let drained = false;
  const draining = part.drain().then(() => {
    drained = true;
  });
  await until('nobody listens', async () => {
    const { hostname, port } = new URL(part.address);
    const probe = connect(Number(port), hostname);
    const refused = await once(probe, 'connect').then(
      () => false,
      () => true,
    );
    probe.destroy();
    return refused;
  });
  expect(drained).toBe(false);
  const closed = once(socket, 'close');
  socket.write(body);
  await Promise.all([draining, closed]);
  expect(heard()).toContain('HTTP/1.1 400');
  expect(heard()).toContain('"code":"INVALID_ARGUMENT"');
});

const post = 'POST /v1/users HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

test.each([
  ['bytes that are not HTTP', 'garbage\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  [
    'two lengths',
    `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'a length beside chunks',
    `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'MALFORMED_REQUEST',
  ],
  ['headers without end', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}`, 431, 'HEADERS_TOO_LARGE'],
  ['headers that drip', 'GET /v1/me HTTP/1.1\r\nhost: x\r\nx-slow: ', 408, 'REQUEST_TIMEOUT'],
  ['a body that drips', `${post}content-length: 90\r\n\r\n{"email`, 408, 'REQUEST_TIMEOUT'],
])('%s are answered with a problem and hung up on', async (_, bytes, status, code) => {
  const { socket, heard } = await open(await start({ API_RECEIVE_TIMEOUT_MS: '300' }));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  expect(heard()).toContain(`HTTP/1.1 ${status} `);
  expect(heard()).toContain('content-type: application/problem+json');
  expect(heard()).toContain(`"code":"${code}"`);
});

describe('the typed client', () => {
  test('returns a refusal as a typed problem', async () => {
    const { address } = await start();
    const api = createOnairClient({ baseUrl: address, language: 'en' });
    const { data, error, response } = await api.GET('/v1/me');
    expect(data).toBeUndefined();
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', title: 'Please log in.' });
    expect(response.status).toBe(401);
  });

  test('throws it where asked to', async () => {
    const { address } = await start();
    const api = createOnairClient({ baseUrl: address });
    const body = { email: 'a@b.co', password: 'a good long one' };
    const refused = unwrap(api.POST('/v1/sessions', { body }));
    await expect(refused).rejects.toThrow(ProblemError);
    await expect(refused).rejects.toMatchObject({ problem: { code: 'UNAVAILABLE', status: 503 } });
  });

  test('asks for the token at each call', async () => {
    const { address } = await start();
    let token: string | undefined;
    const api = createOnairClient({ baseUrl: address, accessToken: () => token });
    const codeOf = async () => (await api.GET('/v1/me')).error?.code;
    expect(await codeOf()).toBe('UNAUTHENTICATED');
    // With a token the edge asks the services for the keys, and they are away.
    token = 'a.b.c';
    expect(await codeOf()).toBe('UNAVAILABLE');
  });

  test('tells a stranger on the way from the API', async () => {
    const proxy = createServer((_, response) =>
      response.writeHead(502).end('<h1>Bad gateway</h1>'),
    );
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const api = createOnairClient({ baseUrl: `http://127.0.0.1:${port}` });
    await expect(unwrap(api.GET('/v1/products'))).rejects.toThrow('answered 502 without a problem');
    proxy.closeAllConnections();
    proxy.close();
  });
});
