import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import { refuseUnreadable, sendProblem } from './errors/index.ts';
import { requestIdOf } from './guards/request-id.ts';

/** Bytes that a request's body may have. */
const bodyLimit = 64 * 1024;
/** Milliseconds between two looks for requests that take too long to arrive. */
const receiveSweepMs = 500;
/** Milliseconds that a request may take in all; longer than any RPC's deadline. */
const handlerTimeoutMs = 20_000;
/** With TRUST_PROXY: peers whose X-Forwarded-* is believed. A client of ours is none of these. */
const proxyNetworks = ['loopback', 'linklocal', 'uniquelocal'];

/** A server that reads JSON only, checks it with zod, and refuses in our own words. */
export function createFastify(config: Config, log: Logger): FastifyInstance {
  const logger: FastifyBaseLogger = log.child({ part: 'api' });
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: requestIdOf,
    bodyLimit,
    requestTimeout: config.API_RECEIVE_TIMEOUT_MS,
    http: {
      requestTimeout: config.API_RECEIVE_TIMEOUT_MS,
      headersTimeout: config.API_RECEIVE_TIMEOUT_MS,
      connectionsCheckingInterval: receiveSweepMs,
    },
    handlerTimeout: handlerTimeoutMs,
    trustProxy: config.TRUST_PROXY ? proxyNetworks : false,
    // The drain gate answers for a closing server.
    return503OnClosing: false,
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseUnreadable,
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  return app;
}
