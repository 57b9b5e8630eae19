import type { FastifyInstance } from 'fastify';
import type { TokenVerifier } from '../common/auth/index.ts';
import { systemClock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { addAccessLog } from './access-log.ts';
import { createFastify } from './create-fastify.ts';
import { addDocs } from './docs.ts';
import { addLocalFiles } from './files/local-files.ts';
import { addAdminAddresses } from './guards/admin-addresses.ts';
import { addAuthentication } from './guards/authenticate.ts';
import { addBrowserRules } from './guards/browser.ts';
import { addDrainGate, type Readiness } from './guards/draining.ts';
import { addHttps } from './guards/https.ts';
import { addPressureValve } from './guards/pressure-valve.ts';
import { addRateLimit } from './guards/rate-limit.ts';
import { addHealth } from './health.ts';
import { addNotFound } from './not-found.ts';
import { addAccountPages } from './pages/account-pages.ts';
import { addRoutes } from './register.ts';
import { allRoutes } from './routes.ts';
import { addKakaoWebhook } from './social/kakao-webhook.ts';

export interface AppDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clients: ClientPool;
  readonly readiness: Readiness;
  readonly tokens: TokenVerifier;
}

/** The REST edge, not yet listening. Its hooks run in the order in which they are added here. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, clients } = deps;
  const app = createFastify(config, deps.log);
  addAccessLog(app);
  await addBrowserRules(app, config);
  addDrainGate(app, deps.readiness);
  addHttps(app, config);
  await addPressureValve(app, config);
  addAuthentication(app, deps.tokens);
  addRateLimit(app, config, deps.log);
  addAdminAddresses(app, config);
  addHealth(app, clients);
  addRoutes(app, allRoutes, clients);
  addKakaoWebhook(app, config, clients);
  await addDocs(app);
  addAccountPages(app);
  addLocalFiles(app, config, systemClock);
  addNotFound(app);
  return app;
}
