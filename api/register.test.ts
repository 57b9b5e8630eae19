import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { z } from 'zod';
import { loadConfig } from '../common/config.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import { problemOf } from './app-for-tests.ts';
import { routes } from './context.ts';
import { createFastify } from './create-fastify.ts';
import { addRoutes } from './register.ts';
import { timestamp } from './spec/codecs.ts';
import { endpoints } from './spec/endpoint.ts';

const account = z.object({ name: z.string(), createdAt: timestamp });
const common = {
  method: 'GET',
  summary: 'x',
  action: 'users.signUp',
  idempotency: 'none',
  refusals: [],
} as const;
const success = { status: 200, description: 'x', body: account } as const;

const spec = endpoints({
  broken: { ...common, path: '/broken', success },
  misshapen: { ...common, path: '/misshapen', success },
  generous: { ...common, path: '/generous', success, cacheSeconds: 60 },
  keyed: {
    ...common,
    method: 'POST',
    path: '/keyed',
    idempotency: 'optional',
    body: z.strictObject({ note: z.string() }).optional(),
    success: { ...success, status: 201, body: z.object({ key: z.string(), note: z.string() }) },
  },
  named: { ...common, path: '/named', success, etag: true },
  quiet: { ...common, method: 'POST', path: '/quiet', success: { status: 204, description: 'x' } },
});

const table = routes(spec, {
  broken: () => Promise.reject(new TypeError('secret of the house')),
  misshapen: async () => ({ name: 'a', createdAt: undefined }),
  generous: async () => {
    const row = { name: 'a', createdAt: new Date(0), passwordHash: 'secret of the house' };
    return row;
  },
  keyed: async ({ body }, { idempotencyKey }) => ({
    key: idempotencyKey,
    note: body?.note ?? 'none',
  }),
  named: async (_, { setHeader }) => {
    setHeader('cache-control', 'public, max-age=7');
    return { name: 'a', createdAt: new Date(0) };
  },
  quiet: async () => undefined,
});

let app: FastifyInstance;
let logged = '';
const clients = createClientPool('127.0.0.1:1', 'a secret of the services of 32 letters');

beforeAll(async () => {
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      logged += line.toString('utf8');
      done();
    },
  });
  app = createFastify(
    loadConfig({ ONAIR_ENV: 'test', API_MAX_LOOP_DELAY_MS: '60000' }),
    pino(stream),
  );
  addRoutes(app, table, clients);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  clients.close();
});

test('a defect is INTERNAL for the client and a stack for us', async () => {
  const response = await app.inject({ url: '/broken' });
  expect(problemOf(response)).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(response.body).not.toContain('secret of the house');
  expect(logged).toContain('secret of the house');
  expect(logged).toContain('register.test.ts');
});

test('an answer that lacks what the spec promises does not go out', async () => {
  const response = await app.inject({ url: '/misshapen' });
  expect(problemOf(response).code).toBe('INTERNAL');
  expect(logged).toContain('createdAt');
});

test('an answer carries what the spec names, and no more', async () => {
  const response = await app.inject({ url: '/generous' });
  expect(response.json()).toEqual({ name: 'a', createdAt: '1970-01-01T00:00:00.000Z' });
  expect(response.headers['cache-control']).toBe('public, max-age=60');
});

test('a client that has the answer is told so, and is not sent it again', async () => {
  const first = await app.inject({ url: '/named' });
  const { etag } = first.headers;
  expect(first.statusCode).toBe(200);
  expect(first.headers['cache-control']).toBe('public, max-age=7');
  const ask = (condition: string) =>
    app.inject({ url: '/named', headers: { 'if-none-match': condition } });
  for (const condition of [String(etag), `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await ask(condition);
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['cache-control']).toBe('public, max-age=7');
  }
  expect((await ask('"other"')).statusCode).toBe(200);
});

test('a key is passed on as it is, and made where there is none', async () => {
  const send = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/keyed', headers });
  expect((await send({ 'idempotency-key': 'my-key' })).json()).toEqual({
    key: 'my-key',
    note: 'none',
  });
  const made = await send({});
  expect(made.statusCode).toBe(201);
  expect(made.json().key).toMatch(/^req_/);
  expect((await send({})).json().key).not.toBe(made.json().key);
});

test('an optional body is checked when it is there', async () => {
  const send = (payload: object) => app.inject({ method: 'POST', url: '/keyed', payload });
  expect((await send({ note: 'hello' })).json()).toMatchObject({ note: 'hello' });
  expect(problemOf(await send({ nota: 'hello' })).code).toBe('INVALID_ARGUMENT');
});

test('an endpoint that answers nothing says so', async () => {
  const response = await app.inject({ method: 'POST', url: '/quiet' });
  expect([response.statusCode, response.body]).toEqual([204, '']);
});
