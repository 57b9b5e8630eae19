import { newId } from '../../common/ids.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import type { Cast, Person } from '../kit/cast.ts';
import { openShop } from '../orders/shop.ts';

/** Someone with orders to read. */
export interface Buyer extends Person {
  readonly orderIds: readonly string[];
}

/** Lets each of the cast order `count` times, two kinds of goods at a time. */
export async function letBuy(
  clients: ClientPool,
  cast: Cast,
  count: number,
): Promise<readonly Buyer[]> {
  const shop = await openShop(clients, { skus: 2, units: 1_000_000 });
  const { orders } = clients.as({ actor: { kind: 'service', name: 'realtime' } });
  const lines = shop.goods.map(({ skuId }) => ({ skuId, quantity: 1 }));
  const buyers: Buyer[] = [];
  for (const person of cast.people) {
    const { userId } = person;
    const { outcomes } = await orders.placeOrders({
      orders: Array.from({ length: count }, () => {
        return { requestId: newId('req'), userId, broadcastId: shop.broadcastId, lines };
      }),
    });
    const orderIds = outcomes.map(({ result }) => {
      if (result?.$case === 'order') return result.value.id;
      throw new Error(`no order: ${result?.value.code}`);
    });
    buyers.push({ ...person, orderIds });
  }
  return buyers;
}
