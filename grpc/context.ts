import { createAccounts } from './accounts.ts';
import { type Audits, createAudits } from './audits/index.ts';
import { type Banks, createBanks } from './banks/index.ts';
import { type Broadcasts, createBroadcasts } from './broadcasts/index.ts';
import { type Catalog, createCatalog } from './catalog/index.ts';
import { type Chat, createChat } from './chat/index.ts';
import { createDepartures, type Departures } from './departures/index.ts';
import type { DomainDeps } from './domain-deps.ts';
import type { Files } from './files/index.ts';
import { createFollows, type Follows } from './follows/index.ts';
import { createJobs, type Jobs } from './jobs/index.ts';
import type { CheckStanding } from './middleware/identify.ts';
import type { Notifications } from './notifications/index.ts';
import { createOrders, type Orders } from './orders/index.ts';
import { createPayments, type Payments } from './payments/index.ts';
import { createPoints, type Points } from './points/index.ts';
import { createPolls, type Polls } from './polls/index.ts';
import { createPrivacy, type Privacy } from './privacy/index.ts';
import { createQuestions, type Questions } from './questions/index.ts';
import { createReactions, type Reactions } from './reactions/index.ts';
import { createSellers, type Sellers } from './sellers/index.ts';
import type { Sessions } from './sessions/index.ts';
import type { Social } from './social/index.ts';
import type { Users } from './users/index.ts';

/** Every domain, wired. */
export interface Context {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly social: Social;
  readonly notifications: Notifications;
  readonly files: Files;
  readonly catalog: Catalog;
  readonly broadcasts: Broadcasts;
  readonly orders: Orders;
  readonly points: Points;
  readonly payments: Payments;
  readonly follows: Follows;
  readonly chat: Chat;
  readonly reactions: Reactions;
  readonly polls: Polls;
  readonly questions: Questions;
  readonly sellers: Sellers;
  readonly banks: Banks;
  readonly departures: Departures;
  readonly jobs: Jobs;
  readonly privacy: Privacy;
  readonly audits: Audits;
  /** Resolves when nothing waits for its transaction. */
  drain(): Promise<void>;
  /** Looks at the account and the session of a person as they are now. */
  readonly checkStanding: CheckStanding;
  /**
   * Seals personal data that was stored before it was sealed, while everything is in use. Any number
   * of processes may do so at once, and be killed while they do.
   */
  sealStored(signal: AbortSignal): Promise<void>;
  /** Closes connections other than the database's. */
  close(): void;
}

/** The one place where domains meet. What stands to the left is known to what stands below. */
export function createContext(deps: DomainDeps): Context {
  const accounts = createAccounts(deps);
  const { users, sessions, social, notifications, files } = accounts;
  const catalog = createCatalog(deps);
  const broadcasts = createBroadcasts(deps, catalog, users);
  const orders = createOrders(deps, catalog, broadcasts, users.suspendedAmong);
  const points = createPoints(deps, users);
  const payments = createPayments(deps, orders, points);
  const follows = createFollows(deps, users);
  const chat = createChat(
    deps,
    broadcasts,
    {
      namesOf: (userIds) => users.namesOf(deps.db.read, userIds),
    },
    follows,
  );
  const reactions = createReactions(deps, broadcasts);
  const polls = createPolls(deps, broadcasts);
  const questions = createQuestions(deps, broadcasts, chat);
  const sellers = createSellers(deps, {
    users,
    files,
    notifications,
    broadcasts,
    catalog,
    orders,
    follows,
  });
  const banks = createBanks(deps, { users, notifications });
  // In the order in which rows are locked.
  const knowPeople = [
    ...[users, sessions, notifications, broadcasts, orders, payments, points, follows, chat],
    ...[questions, polls, sellers, files, social, banks],
  ];
  const departures = createDepartures(
    deps,
    users,
    accounts.limits,
    knowPeople.map((domain) => domain.personalData),
  );
  const jobs = createJobs(deps);
  return {
    users,
    sessions,
    social,
    notifications,
    files,
    catalog,
    broadcasts,
    orders,
    points,
    payments,
    follows,
    chat,
    reactions,
    polls,
    questions,
    sellers,
    banks,
    departures,
    jobs,
    privacy: createPrivacy(deps),
    audits: createAudits(deps),
    async drain() {
      const queued = [orders, payments, points, follows, chat, reactions, polls, questions];
      await Promise.all(queued.map((domain) => domain.drain()));
    },
    async sealStored(signal) {
      await users.sealStored(signal);
      await sessions.sealStored(signal);
    },
    checkStanding: accounts.checkStanding,
    close: () => accounts.close(),
  };
}
