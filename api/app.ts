import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { addAccessLog } from './access-log.ts';
import { addDocs } from './docs.ts';
import { refuseUnreadable, sendProblem } from './errors/index.ts';
import { addAuthentication } from './guards/authenticate.ts';
import { addBrowserRules } from './guards/browser.ts';
import { addDrainGate, type Readiness } from './guards/draining.ts';
import { addLimits } from './guards/limits.ts';
import { requestIdOf } from './guards/request-id.ts';
import { createServiceTokenVerifier } from './guards/token-verifier.ts';
import { addHealth } from './health.ts';
import { addNotFound } from './not-found.ts';
import { addRoutes } from './register.ts';
import { allRoutes } from './routes.ts';

export interface AppDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clients: ClientPool;
  readonly readiness: Readiness;
}

/** Bytes that a request's body may have. */
const bodyLimit = 64 * 1024;
/** Milliseconds that a client may take to send a request. */
const receiveTimeoutMs = 10_000;
/** Milliseconds that a request may take in all; longer than any RPC's deadline. */
const handlerTimeoutMs = 20_000;
/** With TRUST_PROXY: peers whose X-Forwarded-* is believed. A client of ours is none of these. */
const proxyNetworks = ['loopback', 'linklocal', 'uniquelocal'];

/** The REST edge, not yet listening. Its hooks run in the order in which they are added here. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, clients } = deps;
  const app = createFastify(config, deps.log);
  addAccessLog(app);
  await addBrowserRules(app, config);
  addDrainGate(app, deps.readiness);
  await addLimits(app, config);
  addAuthentication(app, createServiceTokenVerifier(clients));
  addHealth(app, clients);
  addRoutes(app, allRoutes, clients);
  await addDocs(app);
  addNotFound(app);
  return app;
}

/** A server that reads JSON only, checks it with zod, and refuses in our own words. */
function createFastify(config: Config, log: Logger): FastifyInstance {
  const logger: FastifyBaseLogger = log.child({ part: 'api' });
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: requestIdOf,
    bodyLimit,
    requestTimeout: receiveTimeoutMs,
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
