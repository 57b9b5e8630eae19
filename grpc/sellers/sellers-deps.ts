import type { Broadcasts } from '../broadcasts/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Files } from '../files/index.ts';
import type { Follows } from '../follows/index.ts';
import type { Notifications } from '../notifications/index.ts';
import type { Orders } from '../orders/index.ts';
import type { Users } from '../users/index.ts';
import type { TaxService } from './tax-service/nts-client.ts';

/** What this domain needs of its neighbours. */
export interface SellersNeighbours {
  readonly users: Pick<Users, 'readIn' | 'giveRoleIn' | 'takeRoleIn' | 'sellersAmong' | 'namesOf'>;
  readonly files: Pick<Files, 'attachIn' | 'discardIn'>;
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  readonly broadcasts: Pick<Broadcasts, 'endBroadcastsOfIn' | 'titlesOf'>;
  readonly catalog: Pick<Catalog, 'readProducts'>;
  readonly orders: Pick<Orders, 'sales' | 'salesBy'>;
  readonly follows: Pick<Follows, 'followersOf'>;
}

/** What the use cases of this domain are made of. */
export interface SellersDeps extends DomainDeps, SellersNeighbours {
  readonly taxService: TaxService;
}
