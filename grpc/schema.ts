import { broadcastsEntities } from './broadcasts/index.ts';
import { catalogEntities } from './catalog/index.ts';
import { chatEntities } from './chat/index.ts';
import { dbSchema } from './db/index.ts';
import { Users1763770000002 } from './db/migrations/0002-users.ts';
import { Catalog1763770000003 } from './db/migrations/0003-catalog.ts';
import { Broadcasts1763770000004 } from './db/migrations/0004-broadcasts.ts';
import { Orders1763770000005 } from './db/migrations/0005-orders.ts';
import { Payments1763770000006 } from './db/migrations/0006-payments.ts';
import { Points1763770000007 } from './db/migrations/0007-points.ts';
import { Chat1763770000008 } from './db/migrations/0008-chat.ts';
import { ordersEntities } from './orders/index.ts';
import { paymentsEntities } from './payments/index.ts';
import { pointsEntities } from './points/index.ts';
import { usersEntities } from './users/index.ts';

/** Every table of every domain, and how it came to be. One domain owns each table. */
export const schema = {
  entities: [
    ...dbSchema.entities,
    ...usersEntities,
    ...catalogEntities,
    ...broadcastsEntities,
    ...ordersEntities,
    ...paymentsEntities,
    ...pointsEntities,
    ...chatEntities,
  ],
  migrations: [
    ...dbSchema.migrations,
    Users1763770000002,
    Catalog1763770000003,
    Broadcasts1763770000004,
    Orders1763770000005,
    Payments1763770000006,
    Points1763770000007,
    Chat1763770000008,
  ],
};
