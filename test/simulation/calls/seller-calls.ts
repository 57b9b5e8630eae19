import type { UserActor } from '../../../common/auth/index.ts';
import { toWon } from '../../../common/money.ts';
import { type Answer, type Refusal, refusal } from '../model/answer.ts';
import { closeDeal as closeDealNow, moveStock } from '../model/goods.ts';
import type { Broadcast, Deal, Product, World } from '../model/world.ts';
import { type Call, type Keyed, keyedMove } from './call.ts';

const isNothing = () => '';
const isText = (answer: Answer) => (answer.ok ? String(answer.value) : '');
const isJson = (answer: Answer) => {
  if (!answer.ok || typeof answer.value !== 'object' || answer.value === null) return '';
  // Sorted, as a first answer has its columns in another order than a remembered one may.
  return JSON.stringify(Object.entries(answer.value).sort());
};

function edit(
  action: string,
  requestId: string,
  input: unknown,
  identify: Keyed['identify'] = isNothing,
): { label: string; keyed: Keyed } {
  const key = `${action} ${requestId}`;
  const text = JSON.stringify(input);
  return { label: `${key} ${text}`, keyed: { key, input: text, keepsRefusals: false, identify } };
}

export interface Adjustment {
  readonly skuId: string;
  readonly kind: 'receive' | 'adjust_out';
  readonly quantity: number;
  /** 0 for any. */
  readonly expectedVersion: number;
}

export function adjustStock(seller: UserActor, requestId: string, input: Adjustment): Call {
  const { label, keyed } = edit('adjust', requestId, input, isJson);
  const { skuId, kind, quantity, expectedVersion } = input;
  return {
    label,
    run: ({ catalog }) => catalog.adjustStock(seller, { ...input, requestId, reason: 'count' }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          const sku = world.skus.need(skuId);
          if (expectedVersion !== 0 && expectedVersion !== sku.version) {
            return refusal('STALE_VERSION', { current: String(sku.version) });
          }
          if (kind === 'adjust_out' && quantity > sku.available) {
            return refusal('INSUFFICIENT_STOCK', { available: String(sku.available) });
          }
          moveStock(world, kind, skuId, quantity);
          return undefined;
        }),
      ],
    ],
    names: () => ({}),
    twisted: () => adjustStock(seller, requestId, { ...input, quantity: quantity + 1 }),
  };
}

export function setProductStatus(
  seller: UserActor,
  requestId: string,
  input: Product & { readonly name: string },
): Call {
  const { label, keyed } = edit('product', requestId, input);
  const { id: productId, version, status, name } = input;
  return {
    label,
    run: ({ catalog }) =>
      catalog.updateProduct(seller, { requestId, productId, version, status, name }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          const product = world.products.need(productId);
          if (product.version !== version) return refusal('STALE_VERSION');
          world.products.set(productId, { ...product, status, version: version + 1 });
          return undefined;
        }),
      ],
    ],
    names: () => ({}),
    twisted: () => setProductStatus(seller, requestId, { ...input, name: `${name}!` }),
  };
}

export function announceBroadcast(seller: UserActor, requestId: string, title = 'live'): Call {
  const { label, keyed } = edit('announce', requestId, title, isText);
  return {
    label,
    run: ({ broadcasts }) =>
      broadcasts.createBroadcast(seller, {
        requestId,
        title,
        description: '',
        scheduledAt: undefined,
      }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          if (!told.answer.ok) return undefined;
          const id = isText(told.answer);
          world.broadcasts.set(id, { id, status: 'scheduled', productIds: [], version: 1 });
          return undefined;
        }),
      ],
    ],
    names: (answer) => (answer.ok ? { broadcastIds: [isText(answer)] } : {}),
    twisted: () => announceBroadcast(seller, requestId, `${title}!`),
  };
}

type BroadcastChange = (world: World, broadcast: Broadcast) => Refusal | Broadcast;

/** Any change of a broadcast makes its version grow. */
function changeBroadcast(world: World, broadcastId: string, change: BroadcastChange) {
  const changed = change(world, world.broadcasts.need(broadcastId));
  if ('code' in changed) return changed;
  world.broadcasts.set(broadcastId, { ...changed, version: changed.version + 1 });
  return undefined;
}

export function showProducts(
  seller: UserActor,
  requestId: string,
  input: { readonly broadcastId: string; readonly productIds: readonly string[] },
): Call {
  const { broadcastId, productIds } = input;
  const { label, keyed } = edit('show', requestId, input);
  return {
    label,
    run: ({ broadcasts }) =>
      broadcasts.setBroadcastProducts(seller, {
        requestId,
        broadcastId,
        productIds: [...productIds],
      }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) =>
          changeBroadcast(world, broadcastId, (_world, broadcast) =>
            broadcast.status === 'ended'
              ? refusal('INVALID_STATE', { state: 'ended' })
              : { ...broadcast, productIds },
          ),
        ),
      ],
    ],
    names: () => ({ broadcastIds: [broadcastId] }),
    twisted: () => showProducts(seller, requestId, { ...input, productIds: [] }),
  };
}

export function runBroadcast(
  by: UserActor,
  requestId: string,
  input: { readonly broadcastId: string; readonly to: 'live' | 'ended' },
): Call {
  const { broadcastId, to } = input;
  const { label, keyed } = edit(`${to} ${by.userId}`, requestId, broadcastId);
  const change: BroadcastChange = (world, broadcast) => {
    if (broadcast.status !== (to === 'live' ? 'scheduled' : 'live')) {
      return refusal('INVALID_STATE', { state: broadcast.status });
    }
    const deals = world.deals.values().filter((deal) => deal.broadcastId === broadcastId);
    if (to === 'ended') for (const deal of deals) closeDealNow(world, deal.id);
    return { ...broadcast, status: to };
  };
  return {
    label,
    run: ({ broadcasts }) =>
      to === 'live'
        ? broadcasts.startBroadcast(by, { requestId, broadcastId })
        : broadcasts.endBroadcast(by, { requestId, broadcastId }),
    threads: (told) => [
      [keyedMove(label, keyed, told, (world) => changeBroadcast(world, broadcastId, change))],
    ],
    names: () => ({ broadcastIds: [broadcastId] }),
  };
}

export type WantedDeal = Omit<Deal, 'id' | 'remaining' | 'version'>;

export function openDeal(seller: UserActor, requestId: string, wanted: WantedDeal): Call {
  const { label, keyed } = edit('deal', requestId, wanted, isText);
  const { broadcastId, skuId, endsAt, units } = wanted;
  return {
    label,
    run: ({ broadcasts }) =>
      broadcasts.createDeal(seller, { ...wanted, requestId, price: toWon(wanted.price) }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) =>
          changeBroadcast(world, broadcastId, (_world, broadcast) => {
            if (broadcast.status === 'ended') return refusal('INVALID_STATE', { state: 'ended' });
            if (endsAt <= world.now) return refusal('INVALID_ARGUMENT');
            const { productId } = world.skus.need(skuId);
            if (!broadcast.productIds.includes(productId)) return refusal('INVALID_ARGUMENT');
            const id = isText(told.answer);
            if (told.answer.ok) {
              world.deals.set(id, { ...wanted, id, remaining: units, version: 1 });
            }
            return broadcast;
          }),
        ),
      ],
    ],
    names: (answer) => ({
      broadcastIds: [broadcastId],
      dealIds: answer.ok ? [isText(answer)] : [],
    }),
    twisted: () => openDeal(seller, requestId, { ...wanted, units: units + 1 }),
  };
}

export function closeDeal(
  by: UserActor,
  requestId: string,
  deal: { readonly id: string; readonly broadcastId: string },
): Call {
  const { id: dealId, broadcastId } = deal;
  const { label, keyed } = edit(`close ${by.userId}`, requestId, dealId);
  return {
    label,
    run: ({ broadcasts }) => broadcasts.closeDeal(by, { requestId, dealId }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) =>
          changeBroadcast(world, broadcastId, (_world, broadcast) => {
            closeDealNow(world, dealId);
            return broadcast;
          }),
        ),
      ],
    ],
    names: () => ({ broadcastIds: [broadcastId], dealIds: [dealId] }),
  };
}
