import { type Audits, createAudits } from './audits/index.ts';
import { type Broadcasts, createBroadcasts } from './broadcasts/index.ts';
import { type Catalog, createCatalog } from './catalog/index.ts';
import { type Chat, createChat } from './chat/index.ts';
import type { DomainDeps } from './domain-deps.ts';
import { createJobs, type Jobs } from './jobs/index.ts';
import { createOrders, type Orders } from './orders/index.ts';
import { createPayments, type Payments } from './payments/index.ts';
import { createPoints, type Points } from './points/index.ts';
import { createUsers, type Users } from './users/index.ts';

/** Every domain, wired. */
export interface Context {
  readonly users: Users;
  readonly catalog: Catalog;
  readonly broadcasts: Broadcasts;
  readonly orders: Orders;
  readonly points: Points;
  readonly payments: Payments;
  readonly chat: Chat;
  readonly jobs: Jobs;
  readonly audits: Audits;
  /** Resolves when nothing waits for its transaction. */
  drain(): Promise<void>;
}

/** The one place where domains meet. What stands to the left is known to what stands below. */
export function createContext(deps: DomainDeps): Context {
  const users = createUsers(deps);
  const catalog = createCatalog(deps);
  const broadcasts = createBroadcasts(deps, catalog);
  const orders = createOrders(deps, catalog, broadcasts);
  const points = createPoints(deps, users);
  const payments = createPayments(deps, orders, points);
  const chat = createChat(deps, broadcasts, {
    namesOf: (userIds) => users.namesOf(deps.db.read, userIds),
  });
  const jobs = createJobs(deps);
  return {
    users,
    catalog,
    broadcasts,
    orders,
    points,
    payments,
    chat,
    jobs,
    audits: createAudits(deps),
    async drain() {
      await Promise.all([orders, payments, points, chat].map((domain) => domain.drain()));
    },
  };
}
