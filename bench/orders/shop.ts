import { newId } from '../../common/ids.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import { hireSeller } from '../kit/people.ts';

/** A SKU that the benchmarks sell. */
export interface Good {
  readonly skuId: string;
  readonly productId: string;
  readonly name: string;
  /** Won. */
  readonly price: number;
}

/** A live broadcast and what it sells. */
export interface Shop {
  readonly sellerId: string;
  readonly broadcastId: string;
  readonly goods: readonly Good[];
}

/** More units than any benchmark sells. */
export const plenty = 100_000_000;

/** Opens a broadcast with `skus` products of one SKU and `units` units each. */
export async function openShop(
  clients: ClientPool,
  { skus, units }: { readonly skus: number; readonly units: number },
): Promise<Shop> {
  const seller = await hireSeller(clients);
  const { catalog, broadcasts } = clients.as({ actor: seller });
  const products = await Promise.all(
    Array.from({ length: skus }, (_, i) =>
      catalog.createProduct({
        requestId: newId('req'),
        name: `상품 ${i + 1}`,
        skus: [{ name: '', price: 10_000, initialStock: units }],
      }),
    ),
  );
  const { id: broadcastId } = await broadcasts.createBroadcast({
    requestId: newId('req'),
    title: '라이브',
  });
  await broadcasts.setBroadcastProducts({
    requestId: newId('req'),
    broadcastId,
    productIds: products.map((product) => product.id),
  });
  await broadcasts.startBroadcast({ requestId: newId('req'), broadcastId });
  return {
    sellerId: seller.userId,
    broadcastId,
    goods: products.flatMap(({ id, name, skus: variants }) =>
      variants.map(({ id: skuId, price }) => ({ skuId, productId: id, name, price })),
    ),
  };
}

/** One unit of the shop's first SKU. */
export function oneUnitOf(shop: Shop): readonly { readonly good: Good; readonly quantity: 1 }[] {
  const [good] = shop.goods;
  if (good === undefined) throw new Error('the shop is empty');
  return [{ good, quantity: 1 }];
}
