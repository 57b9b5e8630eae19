import type { UserActor } from '../../common/auth/index.ts';
import type { Catalog, ProductWithSkus } from '../catalog/index.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { type Admission, createAdmission } from './admission/index.ts';
import { type Attendance, createAttendance } from './attendance/index.ts';
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
import { type Authority, requireAuthority } from './people/authority.ts';
import { createPeople, type People } from './people/index.ts';
import type { Accounts } from './people/people-deps.ts';
import { type Standing, type StandingKey, standingsOf } from './people/standings.ts';
import { broadcastIdsOf, broadcastsPersonalData } from './personal-data.ts';
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
import {
  endBroadcast,
  endBroadcastsOf,
  endBroadcastsOfIn,
  startBroadcast,
} from './run-broadcast.ts';
import { announceDeals, closeDeal, createDeal } from './run-deals.ts';
import {
  type BroadcastFilter,
  type BroadcastWithPeak,
  listBroadcasts,
  readAttached,
  readBroadcast,
  readBroadcastFacts,
  readBroadcastProducts,
  readBroadcasts,
  readDeals,
  readDealsById,
  shareBroadcastFacts,
} from './store.ts';
import { type ToldDeal, toldDealsOf } from './told-deals.ts';

export type { DealBook } from './deal-book.ts';
export { broadcastsEntities } from './entities.ts';
export { banned } from './people/banned.ts';
export { forGood, type Standing, type StandingKey } from './people/standings.ts';
export { createBroadcastsService } from './service.ts';

/** What other domains need to know of a broadcast. */
export interface BroadcastFacts {
  readonly sellerId: string;
  readonly status: BroadcastStatus;
  /** Epoch ms; absent until it ended. */
  readonly endedAt?: number | undefined;
}

/** The same, with the products on show. */
export interface BroadcastOnSale extends BroadcastFacts {
  readonly productIds: ReadonlySet<string>;
}

/** By which right someone keeps order in a seller's broadcast. */
export interface BroadcastKeeper {
  readonly sellerId: string;
  readonly authority: Authority;
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
  endBroadcastsOf(sellerIds: readonly string[]): Promise<void>;
  /** A broadcast with products, stock and deals; `fresh` reads what was just committed. */
  readWhole(broadcastId: string, fresh?: 'fresh'): Promise<WholeBroadcast | undefined>;
  readDeal(dealId: string): Promise<DealRow | undefined>;
  /** Deals with what chats tell of them, in order of their ids; unknown ids are left out. */
  toldDealsOf(read: Reader, dealIds: readonly string[]): Promise<readonly ToldDeal[]>;
  listBroadcasts(filter: BroadcastFilter): Promise<BroadcastWithPeak[]>;
  /** Facts by id; unknown ids are left out. */
  factsOf(ids: readonly string[], read?: Reader): Promise<Map<string, BroadcastFacts>>;
  /** What they are called, by id; unknown ids are left out. */
  titlesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Facts that stay true until the other domain's transaction is over. */
  lockOnSaleIn(tx: Tx, ids: readonly string[]): Promise<Map<string, BroadcastOnSale>>;
  /** Ends whatever a seller has on air. */
  endBroadcastsOfIn(tx: Tx, sellerId: string, actor: string, now: number): Promise<void>;
  /** Locks deals inside of another domain's transaction. */
  openDealBookIn(tx: Tx, dealIds: readonly string[], userIds: readonly string[]): Promise<DealBook>;
  /** Ids of a seller's broadcasts, inside or outside of a transaction. */
  idsOfSeller(read: Reader, sellerId: string): Promise<string[]>;
  readonly personalData: PersonalData;
  /** Moderators and bans. */
  readonly people: People;
  /** Who comes in, and in which order. */
  readonly admission: Admission;
  /** Who is inside. */
  readonly attendance: Attendance;
  /** What each is in a broadcast now, in the order given; see people/standings.ts. */
  standingsOf(
    read: Reader,
    pairs: readonly StandingKey[],
    hosts?: ReadonlyMap<string, string>,
  ): Promise<Standing[]>;
  /** @throws NotFound for an unknown broadcast, PermissionDenied unless host, moderator or admin */
  requireAuthority(read: Reader, actor: UserActor, broadcastId: string): Promise<BroadcastKeeper>;
  /** Resolves when nothing waits for its transaction. */
  drain(): Promise<void>;
}

export function createBroadcasts(
  deps: DomainDeps,
  catalog: Catalog,
  accounts: Accounts,
): Broadcasts {
  const { db, clock } = deps;
  const peopleDeps = { ...deps, accounts };
  const admission = createAdmission(peopleDeps);
  const attendance = createAttendance(deps);
  return {
    createBroadcast: (actor, input) => createBroadcast(deps, actor, input),
    updateBroadcast: (actor, input) => updateBroadcast(deps, actor, input),
    setBroadcastProducts: (actor, input) => setBroadcastProducts(deps, catalog, actor, input),
    highlightProduct: (actor, input) => highlightProduct(deps, actor, input),
    pinNotice: (actor, input) => pinNotice(deps, actor, input),
    startBroadcast: (actor, input) => startBroadcast(peopleDeps, actor, input),
    endBroadcast: (actor, input) => endBroadcast(deps, actor, input),
    createDeal: (actor, input) => createDeal(deps, catalog, actor, input),
    closeDeal: (actor, input) => closeDeal(deps, actor, input),
    announceDeals: (dealIds) => announceDeals(deps, dealIds),
    endBroadcastsOf: (sellerIds) => endBroadcastsOf(peopleDeps, sellerIds),
    readWhole: (id, fresh) => readWhole(fresh === undefined ? db.read : db.primary, catalog, id),
    readDeal: async (dealId) => (await readDealsById(db.primary, [dealId]))[0],
    toldDealsOf: (read, dealIds) => toldDealsOf(read, catalog, dealIds),
    listBroadcasts: (filter) => listBroadcasts(db.read, filter),
    async factsOf(ids, read = db.primary) {
      const rows = await readBroadcastFacts(read, ids);
      return new Map(
        rows.map(({ id, sellerId, status, endedAt }) => {
          return [id, { sellerId, status, endedAt: endedAt ?? undefined }];
        }),
      );
    },
    titlesOf: async (ids) =>
      new Map((await readBroadcasts(db.read, ids)).map(({ id, title }) => [id, title])),
    lockOnSaleIn,
    endBroadcastsOfIn: (tx, sellerId, actor, now) =>
      endBroadcastsOfIn(deps, tx, sellerId, actor, now),
    openDealBookIn: (tx, dealIds, userIds) => openDealBook(tx, dealIds, userIds, deps),
    idsOfSeller: broadcastIdsOf,
    personalData: broadcastsPersonalData,
    people: createPeople(peopleDeps),
    admission,
    attendance,
    standingsOf: (read, pairs, hosts) => standingsOf(read, pairs, clock.now(), hosts),
    requireAuthority: (read, actor, broadcastId) =>
      requireAuthority(read, actor, broadcastId, clock.now()),
    async drain() {
      await Promise.all([admission.drain(), attendance.drain()]);
    },
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
