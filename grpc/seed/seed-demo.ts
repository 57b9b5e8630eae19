import type { UserActor } from '../../common/auth/index.ts';
import { toPoints, toWon } from '../../common/money.ts';
import type { Context } from '../context.ts';
import type { User } from '../users/index.ts';

/** What a newcomer can log in with, and watch. */
export interface DemoSeed {
  readonly sellerEmail: string;
  readonly viewerEmail: string;
  readonly password: string;
  readonly broadcastId: string;
}

const password = 'onair-demo';
const sellerEmail = 'seller@onair.local';
const viewerEmail = 'viewer@onair.local';
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Sets up demo accounts and a broadcast that is live, with products and a deal. Every step has a
 * fixed request id, so that a second start, or a start after a crash half way, makes nothing twice.
 */
export async function seedDemo(context: Context): Promise<DemoSeed> {
  const seller = await ensure(context, sellerEmail, '데모 셀러', ['seller']);
  const viewer = await ensure(context, viewerEmail, '데모 시청자', []);
  await context.points.charge('system', {
    requestId: 'demo-points',
    userId: viewer.userId,
    amount: toPoints(100_000),
    reason: '데모 포인트',
    expiresAt: undefined,
  });
  const broadcastId = await seedBroadcast(context, seller);
  return { sellerEmail, viewerEmail, password, broadcastId };
}

async function ensure(
  context: Context,
  email: string,
  name: string,
  roles: readonly 'seller'[],
): Promise<UserActor> {
  const { user } = await context.users.ensureUser({
    email,
    password,
    name,
    roles,
    reason: 'demo account',
  });
  return toActor(user);
}

function toActor(user: User): UserActor {
  return { kind: 'user', userId: user.id, sessionId: 'seed', name: user.name, roles: user.roles };
}

async function seedBroadcast(context: Context, seller: UserActor): Promise<string> {
  const mug = await context.catalog.createProduct(seller, {
    requestId: 'demo-mug',
    name: '수제 머그컵',
    description: '하나씩 손으로 빚은 350ml 머그컵',
    skus: [
      { name: '흰색', price: toWon(18_000), initialStock: 300 },
      { name: '남색', price: toWon(19_000), initialStock: 200 },
    ],
  });
  const tea = await context.catalog.createProduct(seller, {
    requestId: 'demo-tea',
    name: '제주 녹차 50g',
    description: '올해 첫물 녹차',
    skus: [{ name: '', price: toWon(12_000), initialStock: 500 }],
  });
  const broadcastId = await context.broadcasts.createBroadcast(seller, {
    requestId: 'demo-broadcast',
    title: '온에어 데모 방송: 머그컵과 녹차',
    description: '처음 오신 것을 환영합니다.',
  });
  await context.broadcasts.setBroadcastProducts(seller, {
    requestId: 'demo-products',
    broadcastId,
    productIds: [mug, tea],
  });
  await seedDeal(context, seller, broadcastId, tea);
  await context.broadcasts.startBroadcast(seller, { requestId: 'demo-start', broadcastId });
  await context.broadcasts.pinNotice(seller, {
    requestId: 'demo-notice',
    broadcastId,
    text: '오늘만 녹차 반값!',
    emphasised: true,
  });
  return broadcastId;
}

async function seedDeal(
  context: Context,
  seller: UserActor,
  broadcastId: string,
  productId: string,
): Promise<void> {
  const whole = await context.broadcasts.readWhole(broadcastId, 'fresh');
  const sku = whole?.products.find((product) => product.id === productId)?.skus[0];
  // Its times differ from start to start, so the request id alone can't tell a repeat.
  if (whole === undefined || sku === undefined || whole.deals.length > 0) return;
  const now = Date.now();
  await context.broadcasts.createDeal(seller, {
    requestId: 'demo-deal',
    broadcastId,
    skuId: sku.id,
    price: toWon(6_000),
    startsAt: now,
    endsAt: now + 30 * dayMs,
    units: 100,
    limitPerBuyer: 2,
  });
}
