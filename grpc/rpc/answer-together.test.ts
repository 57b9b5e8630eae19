import { type Actor, anonymous } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import {
  CatalogServiceDefinition,
  type CatalogServiceImplementation,
  Product,
} from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { person } from '../../test/kit/market.ts';
import { until } from '../../test/kit/until.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { createRpcServer, type RpcServer } from '../server.ts';

const secret = 'a secret that only our own processes know';

/** What a call of GetProduct does before its answer, which names the call. */
type Work = (productId: string, context: CallExt & { signal: AbortSignal }) => Promise<void>;

describe('calls that travel together', () => {
  let address: string;
  let server: RpcServer;
  let pool: ClientPool;
  let work: Work;
  let begun: string[];

  beforeEach(async () => {
    address = `127.0.0.1:${await freePort()}`;
    pool = createClientPool(address, secret, { together: true });
    work = async () => undefined;
    begun = [];
    server = await serve();
  });
  afterEach(() => {
    pool.close();
    server.forceShutdown();
  });

  async function serve(): Promise<RpcServer> {
    const started = createRpcServer(secret, silentLogger(), async (actor) => {
      if (actor.name === 'suspended') throw new DomainError('ACCOUNT_SUSPENDED', 'suspended');
      return actor;
    });
    const unused = async () => {
      throw new Error('not part of this suite');
    };
    const implementation: CatalogServiceImplementation<CallExt> = {
      createProduct: async () => Product.create(),
      async getProduct({ productId }, context) {
        begun.push(productId);
        await work(productId, context);
        const sellerId = context.actor.kind === 'user' ? context.actor.userId : 'nobody';
        return { id: productId, sellerId, name: context.requestId };
      },
      ...{ updateProduct: unused, batchGetProducts: unused, listProducts: unused },
      ...{ adjustStock: unused, listStockMovements: unused },
    };
    started.add(CatalogServiceDefinition, implementation);
    await started.listen(address);
    return started;
  }

  const get = (productId: string, actor: Actor = anonymous, deadline?: number) =>
    pool
      .as({ actor, requestId: `for-${productId}` })
      .catalog.getProduct({ productId }, deadline === undefined ? {} : { deadline });

  it('are each answered as themselves, for whom they were made, whatever their order', async () => {
    const people = Array.from({ length: 300 }, (_, i) => ({
      id: `p${i}`,
      actor: person('viewer'),
    }));
    work = (productId) =>
      new Promise((resolve) => setTimeout(resolve, (Number(productId.slice(1)) * 7) % 11));
    const answers = await Promise.all(people.map(({ id, actor }) => get(id, actor)));
    expect(answers).toEqual(
      people.map(({ id, actor }) =>
        expect.objectContaining({ id, sellerId: actor.userId, name: `for-${id}` }),
      ),
    );
  });

  it('are refused each by itself, with code, words and details', async () => {
    work = async (productId) => {
      if (productId !== 'bad') return;
      throw new DomainError('SOLD_OUT', '3개 남았습니다', { available: '3' });
    };
    const [good, bad] = await Promise.allSettled([get('good'), get('bad')]);
    expect(good).toMatchObject({ status: 'fulfilled', value: { id: 'good' } });
    expect(bad).toMatchObject({
      reason: { code: 'SOLD_OUT', message: '3개 남았습니다', details: { available: '3' } },
    });
  });

  it('tell nothing of a defect', async () => {
    work = async () => {
      throw new Error('the password is hunter2');
    };
    const refusal = await get('defect').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'INTERNAL', message: 'internal error' });
  });

  it('are held to the table of permissions, and to the account as it is now', async () => {
    const create = (actor: Actor) => pool.as({ actor }).catalog.createProduct({});
    await expect(create(anonymous)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(create(person('viewer'))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(create(person('seller'))).resolves.toBeDefined();
    const suspended = { ...person('seller'), name: 'suspended' };
    await expect(create(suspended)).rejects.toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
  });

  it('are not made at all without the service credential', async () => {
    const stranger = createClientPool(address, 'not the secret', { together: true });
    const refusal = stranger.as({ actor: person('admin') }).catalog.getProduct({ productId: 'x' });
    await expect(refusal).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(begun).toEqual([]);
    stranger.close();
  });

  it('don’t wait for one that is slow, which is given up on both sides', async () => {
    const told = Promise.withResolvers<void>();
    work = (productId, { signal }) =>
      productId === 'slow'
        ? new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              told.resolve();
              resolve();
            });
          })
        : Promise.resolve();
    const slow = get('slow', anonymous, 150).catch((error: unknown) => error);
    expect(await get('quick')).toMatchObject({ id: 'quick' });
    expect(await slow).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await told.promise;
  });

  it('are answered when the server ends under them, and those it did not begin by the next', async () => {
    const go = Promise.withResolvers<void>();
    work = () => go.promise;
    const early = get('early');
    await until('it is under way', () => begun.includes('early'));
    const ended = server.shutdown();
    go.resolve();
    expect(await early).toMatchObject({ id: 'early' });
    await ended;
    server = await serve();
    expect(await until('the server is found again', () => get('late'))).toMatchObject({
      id: 'late',
    });
    expect(begun.filter((id) => id === 'early')).toHaveLength(1);
  });

  it('are UNAVAILABLE when the server vanishes under them, and never made twice', async () => {
    work = () => new Promise(() => undefined);
    const lost = get('lost').catch((error: unknown) => error);
    await until('it is under way', () => begun.includes('lost'));
    server.forceShutdown();
    expect(await lost).toMatchObject({ code: 'UNAVAILABLE' });
    expect(begun).toEqual(['lost']);
  });

  it('are UNAVAILABLE at once when there is no server', async () => {
    server.forceShutdown();
    await until('nobody answers', async () => {
      const refusal: unknown = await get('x').catch((error: unknown) => error);
      return refusal instanceof DomainError && refusal.code === 'UNAVAILABLE';
    });
  });

  it('may be larger than one message together, and too large alone', async () => {
    const big = 'x'.repeat(400_000);
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => get(`${i}${big}`)));
    expect(answers.map(({ id }) => id.length)).toEqual(Array.from({ length: 6 }, () => 400_001));
    const [beside, large] = await Promise.allSettled([get('beside'), get('x'.repeat(5_000_000))]);
    expect(large).toMatchObject({ reason: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(beside).toMatchObject({ value: { id: 'beside' } });
  });
});
