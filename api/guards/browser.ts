import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../common/config.ts';

/** Headers that a browser's own script may read of our answers. */
const exposedHeaders = [
  'x-request-id',
  'retry-after',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'content-language',
  'content-disposition',
  'etag',
];

/**
 * Tells browsers what they may do with our answers. Only CORS_ORIGINS (a comma list) may read them
 * from other sites. Tokens travel in a header, never in cookies, so there is nothing for a forged
 * cross-site request to ride on.
 */
export async function addBrowserRules(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(helmet, {
    // Answers are data: nothing in them may load or run. The docs page brings rules of its own.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    frameguard: { action: 'deny' },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  const origins = config.CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  await app.register(cors, {
    origin: origins.length > 0 ? origins : false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'accept-language',
      'idempotency-key',
      'if-none-match',
      'x-request-id',
    ],
    exposedHeaders,
    credentials: false,
    maxAge: 600,
    strictPreflight: false,
  });
}
