import { randomUUID } from 'node:crypto';
import { type components, type OnairClient, unwrap } from '../api/client/index.ts';
import type { Onair } from './kit/onair.ts';

type Schemas = components['schemas'];

/** Someone who is logged in. */
export interface Person {
  readonly user: Schemas['User'];
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly password: string;
  readonly api: OnairClient;
}

/** A seller on air with one product, and people around, all made through REST. */
export interface Shop {
  readonly admin: Person;
  readonly seller: Person;
  readonly broadcastId: string;
  readonly productId: string;
  readonly skuId: string;
}

/** Units in stock at first. */
export const initialStock = 1_000;
/** Won a unit. */
export const price = 12_000;

/** Parameters with a fresh idempotency key. */
export function attempt(key: string = randomUUID()) {
  return { header: { 'Idempotency-Key': key } };
}

/** Makes an account and logs in. */
export async function makePerson(onair: Onair, name: string): Promise<Person> {
  const email = `${name}.${randomUUID()}@onair.test`;
  const password = `pw ${randomUUID()}`;
  await unwrap(onair.rest().POST('/v1/users', { body: { email, password, name } }));
  return logIn(onair, email, password);
}

/** Opens a session; the token carries the roles held now. */
export async function logIn(onair: Onair, email: string, password: string): Promise<Person> {
  const tokens = await unwrap(onair.rest().POST('/v1/sessions', { body: { email, password } }));
  const { user, accessToken, refreshToken } = tokens;
  return { user, accessToken, refreshToken, password, api: onair.rest(accessToken) };
}

/** Makes a seller with a live broadcast that shows one product. */
export async function openShop(onair: Onair): Promise<Shop> {
  const admin = await logIn(onair, onair.admin.email, onair.admin.password);
  const seller = await makeSeller(onair, admin);
  const product = await unwrap(
    seller.api.POST('/v1/products', {
      body: { name: '머그컵', skus: [{ name: '화이트', price, initialStock }] },
    }),
  );
  const body = { title: '머그컵 라이브' };
  const { id: broadcastId } = await unwrap(seller.api.POST('/v1/broadcasts', { body }));
  const path = { broadcastId };
  await unwrap(
    seller.api.PUT('/v1/broadcasts/{broadcastId}/products', {
      params: { path },
      body: { productIds: [product.id] },
    }),
  );
  await unwrap(seller.api.POST('/v1/broadcasts/{broadcastId}/start', { params: { path } }));
  await letTalk(seller, broadcastId);
  const skuId = product.skus[0]?.id ?? '';
  return { admin, seller, broadcastId, productId: product.id, skuId };
}

/** Lets viewers say as much as they want: those of tests are quicker than people. */
async function letTalk({ api }: Person, broadcastId: string): Promise<void> {
  const path = '/v1/broadcasts/{broadcastId}/chat-settings';
  const params = { path: { broadcastId } };
  const { version } = await unwrap(api.GET(path, { params }));
  const body = { version, floodMessages: 0, repeatLimit: 0, roomMessagesPerSecond: 0 };
  await unwrap(api.PATCH(path, { params, body }));
}

/** Makes an account with the role seller, and logs in with it. */
export async function makeSeller(onair: Onair, admin: Person): Promise<Person> {
  const { user, password } = await makePerson(onair, 'seller');
  await unwrap(
    admin.api.PUT('/v1/users/{userId}/roles/{role}', {
      params: { path: { userId: user.id, role: 'seller' } },
      body: { reason: '판매자 승인' },
    }),
  );
  return logIn(onair, user.email, password);
}

/** Gives points to someone. */
export async function charge(shop: Shop, person: Person, amount: number): Promise<void> {
  await unwrap(
    shop.admin.api.POST('/v1/users/{userId}/points', {
      params: { path: { userId: person.user.id }, ...attempt() },
      body: { amount, reason: '테스트 적립' },
    }),
  );
}

/** Orders from the shop's broadcast. */
export function order(shop: Shop, person: Person, quantity = 1, key: string = randomUUID()) {
  return person.api.POST('/v1/broadcasts/{broadcastId}/orders', {
    params: { path: { broadcastId: shop.broadcastId }, ...attempt(key) },
    body: { lines: [{ skuId: shop.skuId, quantity }] },
  });
}
