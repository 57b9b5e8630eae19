import 'reflect-metadata';
import { serviceSecret } from '../../common/auth/index.ts';
import { systemClock } from '../../common/clock.ts';
import { loadConfig } from '../../common/config.ts';
import { createLogger } from '../../common/logger.ts';
import { createPulse } from '../../common/pulse/index.ts';
import { createContext } from '../../grpc/context.ts';
import { openDatabase } from '../../grpc/db/index.ts';
import type { DomainDeps } from '../../grpc/domain-deps.ts';
import { addServices } from '../../grpc/index.ts';
import type { Orders } from '../../grpc/orders/index.ts';
import { placeOrdersIn } from '../../grpc/orders/place-orders.ts';
import { schema } from '../../grpc/schema.ts';
import { createRpcServer } from '../../grpc/server.ts';
import { openVault } from '../../grpc/vault/index.ts';

/**
 * Our services as most shops have theirs: each order is a transaction that locks the stock row and
 * the deal's with SELECT ... FOR UPDATE, decides by the same rules, writes the same rows, commits,
 * and is answered. DATABASE_POOL of them are under way at once. Statements that don't need each
 * other's answers travel together here too, the last of them with the commit.
 */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger(config, 'row-lock');
  const pulse = await createPulse(config, log);
  const db = await openDatabase(config, schema);
  const vault = await openVault({ config, db, clock: systemClock, log });
  const deps: DomainDeps = { config, db, clock: systemClock, log, pulse, vault };
  const context = createContext(deps);
  await context.users.ensureAdmin();
  const { users, catalog, broadcasts } = context;
  const orders: Orders = {
    ...context.orders,
    async placeOrder(input) {
      const [outcome] = await db.transaction((tx) =>
        placeOrdersIn(
          { ...deps, catalog, broadcasts, suspendedAmong: users.suspendedAmong },
          tx,
          [input],
          true,
        ),
      );
      if (outcome === undefined) throw new Error('the order has no outcome');
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    },
  };
  const server = createRpcServer(serviceSecret(config), log);
  addServices(server, { ...context, orders });
  await server.listen(`${config.GRPC_HOST}:${config.GRPC_PORT}`);
  // Ended by itself, so that it leaves its profile where one was asked for.
  process.once('SIGTERM', () => process.exit(0));
  console.log('the row-lock services are on air');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
