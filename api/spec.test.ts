import { permissions } from '../common/auth/index.ts';
import { services } from '../common/rpc/services.ts';
import { openApiDocument } from './openapi/document.ts';
import { allRoutes } from './routes.ts';
import { pathParams } from './spec/endpoint.ts';
import { listEndpoints } from './spec.ts';

const all = listEndpoints();

test('every operationId and every method of a path is there once', () => {
  const ids = all.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const addresses = all.map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test('the artwork shop’s createOrder and POST /v1/orders are kept free', () => {
  expect(all.some(({ operationId }) => operationId === 'createOrder')).toBe(false);
  expect(
    all.some(({ endpoint }) => endpoint.method === 'POST' && endpoint.path === '/v1/orders'),
  ).toBe(false);
});

test.each(all)('$operationId stands on an RPC that people may call', ({ endpoint }) => {
  const [domain = '', method = ''] = endpoint.action.split('.');
  const service = Object.entries(services).find(([name]) => name === domain)?.[1];
  expect(Object.keys(service?.methods ?? {})).toContain(method);
  expect(permissions[endpoint.action].some((principal) => principal !== 'service')).toBe(true);
});

test.each(all)('$operationId has a schema for each parameter of its path', ({ endpoint }) => {
  expect(Object.keys(endpoint.params?.shape ?? {})).toEqual(pathParams(endpoint.path));
});

test.each(all)('$operationId changes things only by a method that says so', ({ endpoint }) => {
  if (endpoint.method === 'GET') {
    expect(endpoint.idempotency).toBe('none');
    expect(endpoint.body).toBeUndefined();
  }
  const { body, media, status } = endpoint.success;
  expect((body ?? media) === undefined).toBe(status === 204);
  expect(body === undefined || media === undefined).toBe(true);
});

test('every endpoint is routed, in the order of the spec', () => {
  expect(allRoutes.map(({ operationId }) => operationId)).toEqual(
    all.map(({ operationId }) => operationId),
  );
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

  test('is 3.1 and describes every endpoint', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      all.map(({ operationId }) => operationId).sort(),
    );
  });

  test('refers only to schemas that are there, and to each of them', () => {
    const text = JSON.stringify(document);
    const refs = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1]));
    expect([...refs].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  test('names a parameter of the path for each placeholder', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { parameters = [] } of Object.values(methods)) {
        const named = parameters.filter((p) => p.in === 'path' && p.required).map((p) => p.name);
        expect(named).toEqual(pathParams(path));
      }
    }
  });

  test('answers every refusal as a problem', () => {
    for (const { responses } of operations) {
      const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect(refusals.map(([status]) => status)).toEqual(
        expect.arrayContaining(['429', '500', '503']),
      );
      for (const [, { content }] of refusals) {
        expect(content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
      }
    }
  });

  test('asks for a token exactly where anonymous callers are refused', () => {
    for (const { operationId, endpoint } of all) {
      const open = permissions[endpoint.action].includes('anonymous');
      const security = operations.find((op) => op.operationId === operationId)?.security;
      expect(security?.every((scheme) => 'bearer' in scheme) && security.length > 0).toBe(!open);
    }
  });

  test('demands an idempotency key where the spec does', () => {
    const key = document.paths['/v1/orders/{orderId}/payments']?.post?.parameters?.find(
      ({ name }) => name === 'Idempotency-Key',
    );
    expect(key).toMatchObject({ in: 'header', required: true });
  });

  test('shows answers and requests as they travel', () => {
    const { schemas } = document.components;
    expect(schemas.Order?.properties).toMatchObject({
      status: { type: 'string', enum: expect.arrayContaining(['awaiting_payment']) },
      createdAt: { type: 'string', format: 'date-time' },
    });
    expect(schemas.Order?.required).toEqual(expect.arrayContaining(['paidAt', 'history']));
    expect(schemas.PlaceOrderBody).toMatchObject({ additionalProperties: false });
  });
});
