import { randomBytes } from 'node:crypto';
import type { UserActor } from '../../common/auth/index.ts';
import { systemClock } from '../../common/clock.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import { services as definitions } from '../../common/rpc/services.ts';
import { createBanksService } from '../../grpc/banks/index.ts';
import { createBroadcastsService } from '../../grpc/broadcasts/index.ts';
import { createCatalogService } from '../../grpc/catalog/index.ts';
import { createChatService } from '../../grpc/chat/index.ts';
import { type Context, createContext } from '../../grpc/context.ts';
import { enqueueJobs, type JobRow, type NewJob, openDatabase } from '../../grpc/db/index.ts';
import { createDeparturesService } from '../../grpc/departures/index.ts';
import { createFilesService } from '../../grpc/files/index.ts';
import { createFollowsService } from '../../grpc/follows/index.ts';
import { createJobsService } from '../../grpc/jobs/index.ts';
import { createNotificationsService } from '../../grpc/notifications/index.ts';
import { createOrdersService } from '../../grpc/orders/index.ts';
import { createPaymentsService } from '../../grpc/payments/index.ts';
import { createPointsService } from '../../grpc/points/index.ts';
import { createPollsService } from '../../grpc/polls/index.ts';
import { createPrivacyService } from '../../grpc/privacy/index.ts';
import { createQuestionsService } from '../../grpc/questions/index.ts';
import { createReactionsService } from '../../grpc/reactions/index.ts';
import { schema } from '../../grpc/schema.ts';
import { createSellersService } from '../../grpc/sellers/index.ts';
import { createRpcServer, type RpcServer } from '../../grpc/server.ts';
import { createSessionsService } from '../../grpc/sessions/index.ts';
import { createSocialService } from '../../grpc/social/index.ts';
import { createUsersService } from '../../grpc/users/index.ts';
import { openVault } from '../../grpc/vault/index.ts';
import { Role } from '../../proto/gen/onair/users/v1/users.ts';
import { freePort } from './free-port.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/** All services of this process on SQLite, for suites of what calls them. */
export interface Services {
  readonly clients: ClientPool;
  readonly pulse: Pulse;
  /** Enqueues jobs, as a domain does in its transaction. */
  enqueue(...jobs: NewJob[]): Promise<void>;
  /** The queue as it is, oldest first. */
  jobs(): Promise<JobRow[]>;
  /** Ends the server at once; what is stored stays. */
  goDown(): void;
  /** Starts it again, at the same address. */
  comeUp(): Promise<void>;
  stop(): Promise<void>;
}

/** @param settings more of the environment, as `{ PAYMENT_DEADLINE_SECONDS: '1' }`. */
export async function startServices(
  settings: Readonly<Record<string, string>> = {},
): Promise<Services> {
  const dir = makeTempDir('services');
  const config = loadConfig({ ONAIR_ENV: 'test', DATA_DIR: dir, ...settings });
  const log = silentLogger();
  const secret = randomBytes(32).toString('hex');
  const address = `127.0.0.1:${await freePort()}`;
  const pulse = createLocalPulse();
  const db = await openDatabase(config, schema);
  const vault = await openVault({ config, db, clock: systemClock, log });
  const context = createContext({ config, db, clock: systemClock, log, pulse, vault });
  const clients = createClientPool(address, secret);

  async function serve(): Promise<RpcServer> {
    const started = createRpcServer(secret, log);
    addServices(started, context);
    await started.listen(address);
    return started;
  }

  let server = await serve();
  return {
    clients,
    pulse,
    enqueue: (...jobs) => db.transaction((tx) => enqueueJobs(tx, jobs, Date.now())),
    jobs: () => db.read.rows<JobRow>('SELECT * FROM jobs ORDER BY id'),
    goDown: () => server.forceShutdown(),
    async comeUp() {
      server = await serve();
    },
    async stop() {
      clients.close();
      server.forceShutdown();
      await context.drain();
      context.close();
      vault.close();
      await db.close();
      await pulse.close();
      await removeTempDir(dir);
    },
  };
}

/** An account that may sell. */
export async function hireSeller({ clients }: Services): Promise<UserActor> {
  const { id: userId } = await clients.as({ actor: { kind: 'anonymous' } }).users.signUp({
    requestId: newId('req'),
    email: `${newId('usr').toLowerCase()}@example.com`,
    password: 'correct horse battery',
    name: '판매자',
  });
  const someone = { kind: 'user', sessionId: newId('ses'), name: '판매자' } as const;
  const admin: UserActor = { ...someone, userId: newId('usr'), roles: ['admin'] };
  const grant = { requestId: newId('req'), userId, role: Role.SELLER, reason: 'test' };
  await clients.as({ actor: admin }).users.grantRole(grant);
  return { ...someone, userId, roles: ['viewer', 'seller'] };
}

function addServices(server: RpcServer, context: Context): void {
  server.add(definitions.users, createUsersService(context.users));
  server.add(definitions.sessions, createSessionsService(context.sessions));
  server.add(definitions.social, createSocialService(context.social));
  server.add(definitions.notifications, createNotificationsService(context.notifications));
  server.add(definitions.files, createFilesService(context.files));
  server.add(definitions.catalog, createCatalogService(context.catalog));
  server.add(definitions.broadcasts, createBroadcastsService(context.broadcasts));
  server.add(definitions.orders, createOrdersService(context.orders));
  server.add(definitions.payments, createPaymentsService(context.payments));
  server.add(definitions.points, createPointsService(context.points));
  server.add(definitions.follows, createFollowsService(context.follows));
  server.add(definitions.chat, createChatService(context.chat));
  server.add(definitions.reactions, createReactionsService(context.reactions));
  server.add(definitions.polls, createPollsService(context.polls));
  server.add(definitions.questions, createQuestionsService(context.questions));
  server.add(definitions.sellers, createSellersService(context.sellers));
  server.add(definitions.banks, createBanksService(context.banks));
  server.add(definitions.departures, createDeparturesService(context.departures));
  server.add(definitions.privacy, createPrivacyService(context.privacy));
  server.add(definitions.jobs, createJobsService(context.jobs));
}
