import type { UserActor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { toPoints, toWon } from '../../common/money.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { type Context, createContext } from '../../grpc/context.ts';
import type { Database } from '../../grpc/db/index.ts';
import type { DomainDeps } from '../../grpc/domain-deps.ts';
import type { User } from '../../grpc/users/index.ts';
import { goodPassword, plainSignUp } from './accounts.ts';
import { type HeldClock, holdClock } from './held-clock.ts';
import { unused } from './market.ts';
import { makeTempDir } from './temp-dir.ts';
import { testVault } from './vault.ts';

/** Someone who is logged in. */
export interface Person {
  readonly user: User;
  readonly me: UserActor;
  readonly refreshToken: string;
}

/** Of everyone in these tests. */
export const sharedPhone = '+821098765432';
export const secretBrowser = 'Secret Browser';

/** All domains on one database, with a held clock, a live broadcast, and what people do there. */
export interface Scene {
  readonly context: Context;
  readonly deps: DomainDeps;
  readonly clock: HeldClock;
  someone(roles?: User['roles']): Promise<Person>;
  /** A live broadcast of that seller with goods of 1,000 won. */
  goLive(seller: UserActor): Promise<{ readonly broadcastId: string; readonly skuId: string }>;
  order(
    userId: string,
    at: { readonly broadcastId: string; readonly skuId: string },
  ): Promise<string>;
  charge(userId: string, points: number): Promise<void>;
  pay(userId: string, orderId: string): Promise<void>;
  say(person: Person, broadcastId: string, text: string): Promise<void>;
}

/** @param settings more of the environment */
export function setScene(db: Database, settings: Readonly<Record<string, string>> = {}): Scene {
  const clock = holdClock();
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: makeTempDir('departures'),
    ARGON2_MEMORY_KIB: '1024',
    SERVICE_SECRET: 'the secret of the processes of this test',
    ...settings,
  });
  const deps = {
    config,
    db,
    clock,
    log: silentLogger(),
    vault: testVault,
    pulse: createLocalPulse(),
  };
  const context = createContext(deps);
  const { users, sessions, catalog, broadcasts, orders, points, payments, chat } = context;
  return {
    context,
    deps,
    clock,
    async someone(roles = []) {
      const email = `${unused('leaver').toLowerCase()}@example.com`;
      const name = unused('떠나는사람');
      const { id } = await users.signUp({
        ...{ ...plainSignUp, requestId: unused('s'), email, name, phone: sharedPhone },
        marketingConsent: true,
      });
      for (const role of roles) {
        const change = { requestId: unused('g'), userId: id, role, reason: 'test' };
        await users.grantRole({ kind: 'service', name: 'test' }, change);
      }
      const client = { address: '203.0.113.7', userAgent: secretBrowser };
      const logIn = { email, password: goodPassword, client };
      const { user, refreshToken } = await sessions.logIn(logIn);
      const me = { kind: 'user', userId: id, sessionId: '', name, roles: user.roles } as const;
      const [session] = await sessions.listSessions(me, { userId: id, limit: 1 });
      return { user, me: { ...me, sessionId: session?.id ?? '' }, refreshToken };
    },
    async goLive(seller) {
      const productId = await catalog.createProduct(seller, {
        requestId: unused('p'),
        name: '감귤 5kg',
        description: '',
        skus: [{ name: '', price: toWon(1_000), initialStock: 100 }],
      });
      const input = { title: '생방송', description: '', scheduledAt: undefined };
      const broadcastId = await broadcasts.createBroadcast(seller, {
        ...input,
        requestId: unused('b'),
      });
      const products = { requestId: unused('w'), broadcastId, productIds: [productId] };
      await broadcasts.setBroadcastProducts(seller, products);
      await broadcasts.startBroadcast(seller, { requestId: unused('l'), broadcastId });
      const skus = (await catalog.readWritten(productId))?.skus ?? [];
      return { broadcastId, skuId: skus[0]?.id ?? '' };
    },
    async order(userId, { broadcastId, skuId }) {
      const line = { skuId, quantity: 1, dealId: '', expectedUnitPrice: 0 };
      const input = { requestId: unused('o'), userId, broadcastId, lines: [line] };
      return (await orders.placeOrder(input)).id;
    },
    async charge(userId, amount) {
      const charge = { requestId: unused('c'), userId, amount: toPoints(amount), reason: 'gift' };
      await points.charge('system', charge);
    },
    async pay(userId, orderId) {
      await payments.payOrder({
        ...{ requestId: unused('y'), userId, orderId, method: 'points', amount: toWon(1_000) },
        providerKey: null,
      });
    },
    async say({ user }, broadcastId, text) {
      const message = { broadcastId, userId: user.id, clientId: unused('m'), name: user.name };
      const [said] = await chat.postMessages([{ ...message, kind: 'normal', text }]);
      if (said?.ok !== true) throw new Error('it was not said');
    },
  };
}
