import { z } from 'zod';
import { permissions } from '../../common/auth/index.ts';
import { type ErrorCode, httpStatusByCode } from '../../common/errors/index.ts';
import { problemSchema, problemType } from '../errors/index.ts';
import { type Endpoint, idempotencyKey } from '../spec/endpoint.ts';
import type { NamedEndpoint } from '../spec.ts';
import { inlineSchema, refTo } from './json-schema.ts';
import type { Operation, Parameter, ResponseObject } from './types.ts';

/** Documents one endpoint. */
export function operationOf({ domain, operationId, endpoint }: NamedEndpoint): Operation {
  const parameters = parametersOf(endpoint);
  const requestBody = requestBodyOf(endpoint.body);
  return {
    operationId,
    tags: [domain],
    summary: endpoint.summary,
    description: [endpoint.description, callersOf(endpoint)].filter(Boolean).join('\n\n'),
    security: securityOf(endpoint),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: {
      [endpoint.success.status]: successOf(endpoint),
      ...(endpoint.etag && { 304: { description: 'What `If-None-Match` names is still so.' } }),
      ...refusalsOf(endpoint),
    },
  };
}

function parametersOf(endpoint: Endpoint): Parameter[] {
  const parameters = [...fieldsOf('path', endpoint.params), ...fieldsOf('query', endpoint.query)];
  if (endpoint.idempotency !== 'none') {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: endpoint.idempotency === 'required',
      description:
        'Your name for this attempt. The same key with the same request gives the first answer ' +
        'again; with another request it is refused REQUEST_ID_REUSED.',
      schema: inlineSchema(idempotencyKey),
    });
  }
  return parameters;
}

function fieldsOf(place: 'path' | 'query', schema: z.ZodObject | undefined): Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    if (!(field instanceof z.ZodType)) throw new Error(`${name} is not a schema`);
    const { description, ...rest } = inlineSchema(field);
    return {
      name,
      in: place,
      required: !field.safeParse(undefined).success,
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function requestBodyOf(body: z.ZodType | undefined): Operation['requestBody'] {
  if (body === undefined) return undefined;
  const optional = body instanceof z.ZodOptional;
  const schema = optional ? body.unwrap() : body;
  if (!(schema instanceof z.ZodType)) throw new Error('a body is not a schema');
  return { required: !optional, content: { 'application/json': { schema: refTo(schema) } } };
}

function successOf({ success }: Endpoint): ResponseObject {
  return {
    description: success.description,
    ...(success.body && { content: { 'application/json': { schema: refTo(success.body) } } }),
    ...(success.media && { content: { [success.media]: { schema: { type: 'string' } } } }),
  };
}

/** Refusals by status: the endpoint's own, and those that follow from what it takes. */
function refusalsOf(endpoint: Endpoint): Record<string, ResponseObject> {
  const codes = new Set<ErrorCode>([...endpoint.refusals, ...impliedRefusals(endpoint)]);
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = httpStatusByCode[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { [problemType]: { schema: refTo(problemSchema) } };
  const statuses = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    statuses.map(([status, of]) => [String(status), { description: of.join(', '), content }]),
  );
}

function impliedRefusals(endpoint: Endpoint): ErrorCode[] {
  const { params, query, body, idempotency } = endpoint;
  const codes: ErrorCode[] = [];
  if (params ?? query ?? body ?? idempotency !== 'none') codes.push('INVALID_ARGUMENT');
  if (body) codes.push('MALFORMED_REQUEST', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (endpoint.credentials !== 'ignored') codes.push('UNAUTHENTICATED', 'TOKEN_EXPIRED');
  if (!permissions[endpoint.action].includes('anonymous')) codes.push('PERMISSION_DENIED');
  if (idempotency !== 'none') codes.push('REQUEST_ID_REUSED');
  return [...codes, 'RATE_LIMITED', 'INTERNAL', 'OVERLOADED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];
}

function securityOf({ action, credentials }: Endpoint): Operation['security'] {
  if (credentials === 'ignored') return [];
  return permissions[action].includes('anonymous') ? [{}, { bearer: [] }] : [{ bearer: [] }];
}

function callersOf({ action }: Endpoint): string {
  const people = permissions[action].filter((principal) => principal !== 'service');
  return people.includes('anonymous') ? 'Open to everyone.' : `Open to: ${people.join(', ')}.`;
}
