import { serviceSecret } from '../common/auth/index.ts';
import { systemClock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { Pulse } from '../common/pulse/index.ts';
import { services } from '../common/rpc/services.ts';
import { createAuditsService } from './audits/index.ts';
import { createBanksService } from './banks/index.ts';
import { createBroadcastsService } from './broadcasts/index.ts';
import { createCatalogService } from './catalog/index.ts';
import { createChatService } from './chat/index.ts';
import { type Context, createContext } from './context.ts';
import { openDatabase } from './db/index.ts';
import { createDeparturesService } from './departures/index.ts';
import { createFilesService } from './files/index.ts';
import { createFollowsService } from './follows/index.ts';
import { createJobsService } from './jobs/index.ts';
import { createNotificationsService } from './notifications/index.ts';
import { createOrdersService } from './orders/index.ts';
import { createPaymentsService } from './payments/index.ts';
import { createPointsService } from './points/index.ts';
import { createPollsService } from './polls/index.ts';
import { createPrivacyService } from './privacy/index.ts';
import { createQuestionsService } from './questions/index.ts';
import { createReactionsService } from './reactions/index.ts';
import { schema } from './schema.ts';
import { type DemoSeed, seedDemo } from './seed/seed-demo.ts';
import { createSellersService } from './sellers/index.ts';
import { createRpcServer, type RpcServer } from './server.ts';
import { createSessionsService } from './sessions/index.ts';
import { createSocialService } from './social/index.ts';
import { createUsersService, type EnsuredAdmin } from './users/index.ts';
import { openVault } from './vault/index.ts';

export interface GrpcDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly pulse: Pulse;
}

/** The services, running, and what was set up for people at their first start. */
export interface GrpcPart extends Part {
  readonly admin: EnsuredAdmin;
  readonly demo: DemoSeed | undefined;
}

/** Opens the database, wires the domains and serves them on GRPC_HOST:GRPC_PORT. */
export async function startGrpc({ config, log, pulse }: GrpcDeps): Promise<GrpcPart> {
  const db = await openDatabase(config, schema);
  const vault = await openVault({ config, db, clock: systemClock, log }).catch(async (error) => {
    await db.close();
    throw error;
  });
  const context = createContext({ config, db, clock: systemClock, log, pulse, vault });
  const admin = await context.users.ensureAdmin();
  const demo = config.SEED_DEMO ? await seedDemo(context) : undefined;
  const server = createRpcServer(serviceSecret(config), log, context.checkStanding);
  addServices(server, context);
  const port = await server.listen(`${config.GRPC_HOST}:${config.GRPC_PORT}`);
  setHealth(server, 'healthy');
  const stopping = new AbortController();
  const sealing = context.sealStored(stopping.signal).catch((error: unknown) => {
    log.error({ err: error }, 'personal data of before could not be sealed');
  });
  log.info({ port, database: db.read.dialect.name }, 'services are ready');
  return {
    name: 'grpc',
    address: `${config.GRPC_HOST}:${port}`,
    admin,
    demo,
    async drain() {
      setHealth(server, 'unhealthy');
      stopping.abort();
      await sealing;
      await server.shutdown();
      await context.drain();
    },
    async stop() {
      stopping.abort();
      await sealing;
      server.forceShutdown();
      context.close();
      vault.close();
      await db.close();
    },
  };
}

/** Serves every domain. */
export function addServices(server: RpcServer, context: Context): void {
  server.add(services.users, createUsersService(context.users));
  server.add(services.sessions, createSessionsService(context.sessions));
  server.add(services.social, createSocialService(context.social));
  server.add(services.notifications, createNotificationsService(context.notifications));
  server.add(services.files, createFilesService(context.files));
  server.add(services.catalog, createCatalogService(context.catalog));
  server.add(services.broadcasts, createBroadcastsService(context.broadcasts));
  server.add(services.orders, createOrdersService(context.orders));
  server.add(services.payments, createPaymentsService(context.payments));
  server.add(services.points, createPointsService(context.points));
  server.add(services.follows, createFollowsService(context.follows));
  server.add(services.chat, createChatService(context.chat));
  server.add(services.reactions, createReactionsService(context.reactions));
  server.add(services.polls, createPollsService(context.polls));
  server.add(services.questions, createQuestionsService(context.questions));
  server.add(services.sellers, createSellersService(context.sellers));
  server.add(services.banks, createBanksService(context.banks));
  server.add(services.departures, createDeparturesService(context.departures));
  server.add(services.jobs, createJobsService(context.jobs));
  server.add(services.privacy, createPrivacyService(context.privacy));
  server.add(services.audits, createAuditsService(context.audits));
}

function setHealth(server: RpcServer, status: 'healthy' | 'unhealthy'): void {
  server.health.setStatus(status);
  for (const service of Object.values(services)) server.health.setStatus(status, service.fullName);
}
