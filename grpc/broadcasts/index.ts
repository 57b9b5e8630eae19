import type { UserActor } from '../../common/auth/index.ts';
import type { Catalog, ProductWithSkus } from '../catalog/index.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { BroadcastStatus } from './broadcast-state.ts';
import { createBroadcast } from './create-broadcast.ts';
import { type DealBook, openDealBook } from './deal-book.ts';
import {
  highlightProduct,
  pinNotice,
  setBroadcastProducts,
  updateBroadcast,
} from './dress-broadcast.ts';
import type { DealRow } from './entities.ts';
import { type AttendanceCount, reportAttendance } from './report-attendance.ts';
import type {
  BroadcastIdInput,
  CloseDealInput,
  CreateBroadcastInput,
  CreateDealInput,
  HighlightInput,
  PinNoticeInput,
  SetProductsInput,
  UpdateBroadcastInput,
} from './requests.ts';
import { endBroadcast, startBroadcast } from './run-broadcast.ts';
import { announceDeals, closeDeal, createDeal } from './run-deals.ts';
import {
  type BroadcastFilter,
  type BroadcastWithPeak,
  listBroadcasts,
  readAttached,
  readBroadcast,
  readBroadcastProducts,
  readBroadcasts,
  readDeals,
  readDealsById,
  shareBroadcastFacts,
} from './store.ts';

export type { DealBook } from './deal-book.ts';
export { broadcastsEntities } from './entities.ts';
export { createBroadcastsService } from './service.ts';

/** What other domains need to know of a broadcast. */
export interface BroadcastFacts {
  readonly sellerId: string;
  readonly status: BroadcastStatus;
}

/** The same, with the products on show. */
export interface BroadcastOnSale extends BroadcastFacts {
  readonly productIds: ReadonlySet<string>;
}

/** A broadcast with everything that a room shows. */
export interface WholeBroadcast {
  readonly broadcast: BroadcastWithPeak;
  readonly products: readonly ProductWithSkus[];
  readonly deals: readonly DealRow[];
}

/** Broadcasts, what they show, and their deals. */
export interface Broadcasts {
  createBroadcast(actor: UserActor, input: CreateBroadcastInput): Promise<string>;
  updateBroadcast(actor: UserActor, input: UpdateBroadcastInput): Promise<void>;
  setBroadcastProducts(actor: UserActor, input: SetProductsInput): Promise<void>;
  highlightProduct(actor: UserActor, input: HighlightInput): Promise<void>;
  pinNotice(actor: UserActor, input: PinNoticeInput): Promise<void>;
  startBroadcast(actor: UserActor, input: BroadcastIdInput): Promise<void>;
  endBroadcast(actor: UserActor, input: BroadcastIdInput): Promise<void>;
  createDeal(actor: UserActor, input: CreateDealInput): Promise<string>;
  closeDeal(actor: UserActor, input: CloseDealInput): Promise<void>;
  announceDeals(dealIds: readonly string[]): Promise<void>;
  reportAttendance(report: {
    broadcastId: string;
    roomId: string;
    viewers: number;
  }): Promise<AttendanceCount>;
  /** A broadcast with products, stock and deals; `fresh` reads what was just committed. */
  readWhole(broadcastId: string, fresh?: 'fresh'): Promise<WholeBroadcast | undefined>;
  readDeal(dealId: string): Promise<DealRow | undefined>;
  listBroadcasts(filter: BroadcastFilter): Promise<BroadcastWithPeak[]>;
  /** Facts by id; unknown ids are left out. */
  factsOf(ids: readonly string[]): Promise<Map<string, BroadcastFacts>>;
  /** Facts that stay true until the other domain's transaction is over. */
  lockOnSaleIn(tx: Tx, ids: readonly string[]): Promise<Map<string, BroadcastOnSale>>;
  /** Locks deals inside of another domain's transaction. */
  openDealBookIn(tx: Tx, dealIds: readonly string[], userIds: readonly string[]): Promise<DealBook>;
}

export function createBroadcasts(deps: DomainDeps, catalog: Catalog): Broadcasts {
  const { db, pulse } = deps;
  return {
    createBroadcast: (actor, input) => createBroadcast(deps, actor, input),
    updateBroadcast: (actor, input) => updateBroadcast(deps, actor, input),
    setBroadcastProducts: (actor, input) => setBroadcastProducts(deps, catalog, actor, input),
    highlightProduct: (actor, input) => highlightProduct(deps, actor, input),
    pinNotice: (actor, input) => pinNotice(deps, actor, input),
    startBroadcast: (actor, input) => startBroadcast(deps, actor, input),
    endBroadcast: (actor, input) => endBroadcast(deps, actor, input),
    createDeal: (actor, input) => createDeal(deps, catalog, actor, input),
    closeDeal: (actor, input) => closeDeal(deps, actor, input),
    announceDeals: (dealIds) => announceDeals(deps, dealIds),
    reportAttendance: (report) => reportAttendance(deps, report),
    readWhole: (id, fresh) => readWhole(fresh === undefined ? db.read : db.primary, catalog, id),
    readDeal: async (dealId) => (await readDealsById(db.primary, [dealId]))[0],
    listBroadcasts: (filter) => listBroadcasts(db.read, filter),
    async factsOf(ids) {
      const rows = await readBroadcasts(db.primary, ids);
      return new Map(rows.map(({ id, sellerId, status }) => [id, { sellerId, status }]));
    },
    lockOnSaleIn,
    openDealBookIn: (tx, dealIds, userIds) => openDealBook(tx, dealIds, userIds, pulse),
  };
}

async function readWhole(
  read: Reader,
  catalog: Catalog,
  id: string,
): Promise<WholeBroadcast | undefined> {
  const broadcast = await readBroadcast(read, id);
  if (broadcast === undefined) return undefined;
  const attached = await readBroadcastProducts(read, [id]);
  const products = await catalog.readProducts(
    attached.map((row) => row.productId),
    read,
  );
  return { broadcast, products, deals: await readDeals(read, id) };
}

async function lockOnSaleIn(tx: Tx, ids: readonly string[]): Promise<Map<string, BroadcastOnSale>> {
  const sorted = [...new Set(ids)].sort();
  const [broadcasts, attached] = await Promise.all([
    shareBroadcastFacts(tx, sorted),
    readAttached(tx, sorted),
  ]);
  const productIds = Map.groupBy(attached, (row) => row.broadcastId);
  return new Map(
    broadcasts.map(({ id, sellerId, status }) => {
      const mine = productIds.get(id) ?? [];
      return [id, { sellerId, status, productIds: new Set(mine.map((row) => row.productId)) }];
    }),
  );
}
