import { listEndpoints } from '../spec.ts';
import { componentSchemas } from './json-schema.ts';
import { operationOf } from './operation.ts';
import type { OpenApiDocument, Operation } from './types.ts';

const tags = [
  { name: 'users', description: 'Accounts, roles and sessions.' },
  { name: 'catalog', description: 'Products, their SKUs, and the stock behind them.' },
  { name: 'broadcasts', description: 'Broadcasts, what they show, and their time deals.' },
  { name: 'orders', description: 'Orders, from the claim on stock to the end of their life.' },
  { name: 'payments', description: 'Payments of orders.' },
  { name: 'points', description: 'Points: balance and history.' },
  { name: 'chat', description: 'Chat history; live chat is in the rooms.' },
  { name: 'follows', description: 'Who follows which seller.' },
  { name: 'jobs', description: 'Work that failed for good, for operators.' },
];

/** Describes the REST edge as OpenAPI 3.1. The same spec gives the same document, byte for byte. */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const named of listEndpoints()) {
    const { path, method } = named.endpoint;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(named) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Onair',
      version: 'v1',
      description:
        'Live commerce over REST. Refusals are problem+json (RFC 9457) with a stable `code`. ' +
        'Amounts are whole won or points, times ISO 8601 in UTC. Lists are paged by `pageToken`.',
    },
    tags,
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
