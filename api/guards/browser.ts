import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../common/config.ts';

/** Headers that a browser's own script may read of our answers. */
const exposedHeaders = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'content-language',
  'content-disposition',
  'etag',
];

/**
 * Tells browsers what they may do with our answers. Only CORS_ORIGINS (a comma list) may read them
 * from other sites; others are told nothing. Tokens travel in a header, never in cookies, so there is
 * nothing for a forged cross-site request to ride on.
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
  const allowed = new Set(config.CORS_ORIGINS.split(',').map((origin) => origin.trim()));
  await app.register(cors, {
    // A refused site is answered as if there were no such rules at all.
    origin: (origin, done) => done(null, origin !== undefined && allowed.has(origin) && origin),
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
