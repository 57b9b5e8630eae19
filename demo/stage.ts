import { randomUUID } from 'node:crypto';
import { type components, unwrap } from '../api/client/index.ts';
import type { Person } from './people.ts';

export type Broadcast = components['schemas']['Broadcast'];

/** What the seller set up. */
export interface Stage {
  readonly broadcastId: string;
  readonly productId: string;
  readonly skuId: string;
  /** Won a unit, in the deal. */
  readonly dealPrice: number;
}

const key = () => ({ header: { 'Idempotency-Key': randomUUID() } });
const dealPrice = 9_900;

/** The seller makes a product with stock and a broadcast that shows it, and goes live. */
export async function setStage({ rest }: Person, units: number): Promise<Stage> {
  const product = await unwrap(
    rest.POST('/v1/products', {
      params: key(),
      body: {
        name: '한정판 달항아리',
        description: '오늘 방송에서만',
        skus: [{ name: '', price: 19_900, initialStock: units }],
      },
    }),
  );
  const sku = product.skus[0];
  if (sku === undefined) throw new Error('the product has no SKU');
  const { id: broadcastId } = await unwrap(
    rest.POST('/v1/broadcasts', {
      params: key(),
      body: { title: '데모: 달항아리 100개', description: '' },
    }),
  );
  const path = { broadcastId };
  await unwrap(
    rest.PUT('/v1/broadcasts/{broadcastId}/products', {
      params: { path, ...key() },
      body: { productIds: [product.id] },
    }),
  );
  await unwrap(rest.POST('/v1/broadcasts/{broadcastId}/start', { params: { path, ...key() } }));
  await unwrap(
    rest.PUT('/v1/broadcasts/{broadcastId}/notice', {
      params: { path, ...key() },
      body: { text: '곧 반값 딜이 열립니다!', emphasised: true },
    }),
  );
  return { broadcastId, productId: product.id, skuId: sku.id, dealPrice };
}

/** The seller defines the deal: everything at half the price, one for each buyer. */
export async function openDeal(
  { rest }: Person,
  stage: Stage,
  units: number,
  startsInMs: number,
): Promise<string> {
  const startsAt = Date.now() + startsInMs;
  const deal = await unwrap(
    rest.POST('/v1/broadcasts/{broadcastId}/deals', {
      params: { path: { broadcastId: stage.broadcastId }, ...key() },
      body: {
        skuId: stage.skuId,
        price: stage.dealPrice,
        startsAt: new Date(startsAt).toISOString(),
        endsAt: new Date(startsAt + 30 * 60_000).toISOString(),
        units,
        limitPerBuyer: 1,
      },
    }),
  );
  return deal.id;
}

/** The broadcast as the database has it. */
export function readBroadcast({ rest }: Person, { broadcastId }: Stage): Promise<Broadcast> {
  return unwrap(rest.GET('/v1/broadcasts/{broadcastId}', { params: { path: { broadcastId } } }));
}

/** The seller ends the broadcast. */
export async function endBroadcast({ rest }: Person, { broadcastId }: Stage): Promise<void> {
  await unwrap(
    rest.POST('/v1/broadcasts/{broadcastId}/end', {
      params: { path: { broadcastId }, ...key() },
    }),
  );
}
