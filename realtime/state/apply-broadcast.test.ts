import { Decoder, Encoder } from '@colyseus/schema';
import { Broadcast } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { applyBroadcast } from './apply-broadcast.ts';
import { applyDealNews, applyStockNews, indexSkus } from './apply-news.ts';
import { createLiveState, LiveState } from './live-state.ts';

interface Read {
  readonly available?: number;
  readonly stockVersion?: number;
  readonly remaining?: number;
  readonly dealVersion?: number;
  readonly endsAt?: number;
}

/** A broadcast as the services answer it: one product of two variants, one deal. */
function read(what: Read = {}): Broadcast {
  const { available = 5, stockVersion = 1, remaining = 3, dealVersion = 1, endsAt = 9_000 } = what;
  return Broadcast.fromJSON({
    id: 'brc_1',
    sellerId: 'usr_host',
    title: '가을 신상',
    status: 'BROADCAST_STATUS_LIVE',
    startedAt: new Date(1_000).toISOString(),
    peakViewers: 7,
    notice: { text: '무료 배송', emphasised: true, pinnedAt: new Date(2_000).toISOString() },
    products: [
      {
        position: 0,
        highlighted: true,
        product: {
          id: 'prd_1',
          name: '셔츠',
          status: 'PRODUCT_STATUS_ON_SALE',
          skus: [
            { id: 'sku_1', name: 'M', price: 10_000, stock: { available, version: stockVersion } },
            { id: 'sku_2', name: 'L', price: 12_000, stock: { available: 1, version: 1 } },
          ],
        },
      },
    ],
    deals: [
      {
        id: 'dea_1',
        productId: 'prd_1',
        skuId: 'sku_1',
        price: 8_000,
        startsAt: new Date(3_000).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
        units: 3,
        remaining,
        limitPerBuyer: 1,
        version: dealVersion,
      },
    ],
  });
}

/** What a client sees that joins now. */
function seen(state: LiveState) {
  const decoder = new Decoder(new LiveState());
  decoder.decode(new Encoder(state).encodeAll());
  return decoder.state.toJSON();
}

function loaded(what?: Read): LiveState {
  const state = createLiveState();
  applyBroadcast(state, read(what));
  return state;
}

const availableOf = (state: LiveState) => state.products.get('prd_1')?.skus.get('sku_1')?.available;

describe('applying a broadcast', () => {
  it('shows a joining client the broadcast, its products, stock and deals', () => {
    expect(seen(loaded())).toMatchObject({
      id: 'brc_1',
      sellerId: 'usr_host',
      title: '가을 신상',
      status: 'live',
      startedAt: 1_000,
      endedAt: 0,
      viewers: { now: 0, peak: 7 },
      notice: { text: '무료 배송', emphasised: true, pinnedAt: 2_000 },
      products: {
        prd_1: {
          name: '셔츠',
          highlighted: true,
          status: 'on_sale',
          skus: {
            sku_1: { position: 0, name: 'M', price: 10_000, available: 5, version: 1 },
            sku_2: { position: 1, name: 'L', price: 12_000, available: 1, version: 1 },
          },
        },
      },
      deals: { dea_1: { price: 8_000, startsAt: 3_000, endsAt: 9_000, units: 3, remaining: 3 } },
    });
  });

  it('takes away what is no longer there', () => {
    const state = loaded();
    applyBroadcast(state, { ...read(), notice: undefined, products: [], deals: [] });
    expect(seen(state)).toMatchObject({ notice: { text: '', pinnedAt: 0 } });
    expect([state.products.size, state.deals.size]).toEqual([0, 0]);
  });

  it('sends nothing for a broadcast that did not change', () => {
    const state = loaded();
    const encoder = new Encoder(state);
    encoder.encode();
    encoder.discardChanges();
    applyBroadcast(state, read());
    expect(encoder.hasChanges).toBe(false);
  });

  it('does not take back units that news brought since it was read', () => {
    const state = loaded();
    applyStockNews(indexSkus(state), [{ skuId: 'sku_1', available: 2, version: 9 }]);
    applyDealNews(state, [{ dealId: 'dea_1', remaining: 0, version: 9 }]);
    applyBroadcast(state, read({ stockVersion: 8, dealVersion: 8, endsAt: 5_000 }));
    expect(availableOf(state)).toBe(2);
    expect(state.deals.get('dea_1')).toMatchObject({ remaining: 0, endsAt: 5_000 });
    applyBroadcast(state, read({ available: 4, stockVersion: 10 }));
    expect(availableOf(state)).toBe(4);
  });
});

describe('applying news', () => {
  it('takes later levels and ignores earlier ones and repetitions', () => {
    const state = loaded({ available: 5, stockVersion: 3 });
    const skus = indexSkus(state);
    applyStockNews(skus, [{ skuId: 'sku_1', available: 9, version: 2 }]);
    applyStockNews(skus, [{ skuId: 'sku_1', available: 9, version: 3 }]);
    expect(availableOf(state)).toBe(5);
    applyStockNews(skus, [{ skuId: 'sku_1', available: 4, version: 4 }]);
    expect(availableOf(state)).toBe(4);
  });

  it('ignores what is not on show', () => {
    const state = loaded();
    applyStockNews(indexSkus(state), [{ skuId: 'sku_9', available: 9, version: 9 }]);
    applyDealNews(state, [{ dealId: 'dea_9', remaining: 9, version: 9 }]);
    expect([...indexSkus(state).keys()]).toEqual(['sku_1', 'sku_2']);
    expect([...state.deals.keys()]).toEqual(['dea_1']);
  });
});
