import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import { hireSeller } from '../kit/people.ts';
import { plenty } from '../orders/shop.ts';

/** A seller on air. */
export interface Show {
  readonly seller: UserActor;
  readonly broadcastId: string;
}

/** A product that nobody has bought of yet, all of it on offer in a deal. */
export interface Goods {
  readonly productId: string;
  readonly skuId: string;
  readonly dealId: string;
  readonly units: number;
}

const price = 20_000;
const dealPrice = 9_900;

/** Milliseconds: services may still be busy with what the last rush left them. */
const patient = { deadline: 60_000 };

/** Starts a broadcast that shows nothing yet. */
export async function goOnAir(clients: ClientPool): Promise<Show> {
  const seller = await hireSeller(clients);
  const { broadcasts } = clients.as({ actor: seller });
  const { id: broadcastId } = await broadcasts.createBroadcast({
    requestId: newId('req'),
    title: '라이브',
  });
  await broadcasts.startBroadcast({ requestId: newId('req'), broadcastId });
  return { seller, broadcastId };
}

/** Shows a product that never runs out in place of those before; answers its SKU. */
export async function layOutPlenty(clients: ClientPool, show: Show): Promise<string> {
  const { skuId } = await showNewProduct(clients, show, plenty);
  return skuId;
}

/** Shows a new product in place of those before, with a deal that is on: one unit a buyer. */
export async function layOut(clients: ClientPool, show: Show, units: number): Promise<Goods> {
  const { broadcastId, seller } = show;
  const { broadcasts } = clients.as({ actor: seller });
  const { productId, skuId } = await showNewProduct(clients, show, units);
  const now = Date.now();
  const { id: dealId } = await broadcasts.createDeal(
    {
      requestId: newId('req'),
      broadcastId,
      skuId,
      price: dealPrice,
      startsAt: new Date(now - 1_000),
      endsAt: new Date(now + 3_600_000),
      units,
      limitPerBuyer: 1,
    },
    patient,
  );
  return { productId, skuId, dealId, units };
}

async function showNewProduct(
  clients: ClientPool,
  { broadcastId, seller }: Show,
  units: number,
): Promise<{ productId: string; skuId: string }> {
  const { catalog, broadcasts } = clients.as({ actor: seller });
  const { id: productId, skus } = await catalog.createProduct(
    {
      requestId: newId('req'),
      name: '한정판',
      skus: [{ name: '', price, initialStock: units }],
    },
    patient,
  );
  const [sku] = skus;
  if (sku === undefined) throw new Error('the product has no SKU');
  await broadcasts.setBroadcastProducts(
    { requestId: newId('req'), broadcastId, productIds: [productId] },
    patient,
  );
  return { productId, skuId: sku.id };
}
