import {
  ChannelCredentials,
  ClientError,
  createChannel,
  createClient,
  createClientFactory,
  Metadata,
  Status,
} from 'nice-grpc';
import { errorDetailsClientMiddleware, RichClientError } from 'nice-grpc-error-details';
import { HealthDefinition } from 'nice-grpc-server-health';
import { pino } from 'pino';
import { z } from 'zod';
import { encodeActor } from '../../common/auth/actor.ts';
import { type Actor, anonymous } from '../../common/auth/index.ts';
import {
  DomainError,
  type ErrorCode,
  errorCodes,
  grpcStatusByCode,
  Overloaded,
} from '../../common/errors/index.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import { metadataKeys } from '../../common/rpc/metadata.ts';
import {
  CatalogServiceDefinition,
  type CatalogServiceImplementation,
  Product,
} from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { person } from '../../test/kit/market.ts';
import { createRpcServer, type RpcServer } from '../server.ts';
import type { CallExt } from './call-context.ts';
import { rpcName } from './identify.ts';

const secret = 'a secret that only our own processes know';

const encode = (actor: unknown) => Buffer.from(JSON.stringify(actor)).toString('base64url');

/** What a call of GetProduct does, by the id that it asks for. */
type Behaviour = (context: CallExt) => Promise<Product>;

describe('the middleware of the gRPC server', () => {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const behaviours = new Map<string, Behaviour>();
  let server: RpcServer;
  let address: string;
  let pool: ClientPool;

  beforeAll(async () => {
    const unused = async () => {
      throw new Error('not part of this suite');
    };
    const implementation: CatalogServiceImplementation<CallExt> = {
      createProduct: async () => Product.create(),
      getProduct: (request, context) => (behaviours.get(request.productId) ?? unused)(context),
      updateProduct: unused,
      batchGetProducts: unused,
      listProducts: unused,
      adjustStock: unused,
      listStockMovements: unused,
    };
    server = createRpcServer(secret, log);
    server.add(CatalogServiceDefinition, implementation);
    address = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;
    pool = createClientPool(address, secret);
  });

  afterAll(async () => {
    pool.close();
    await server.shutdown();
  });

  let calls = 0;

  /** Calls GetProduct, which does that. */
  function get(behaviour: Behaviour, actor: Actor = anonymous, requestId?: string) {
    calls += 1;
    const productId = `call-${calls}`;
    behaviours.set(productId, behaviour);
    return pool.as({ actor, requestId }).catalog.getProduct({ productId });
  }

  const refuse = (error: unknown) =>
    get(() => Promise.reject(error)).then(
      () => undefined,
      (refusal: unknown) => refusal,
    );

  /** Runs a call without our client between: with this metadata alone. */
  async function bare<Answer>(
    metadata: Record<string, string>,
    run: (client: ReturnType<typeof clientOf>, metadata: Metadata) => Promise<Answer>,
  ): Promise<Answer | RichClientError | ClientError> {
    const channel = createChannel(address, ChannelCredentials.createInsecure());
    try {
      return await run(clientOf(channel), Metadata(metadata));
    } catch (error) {
      if (error instanceof ClientError) return error;
      throw error;
    } finally {
      channel.close();
    }
  }

  function clientOf(channel: ReturnType<typeof createChannel>) {
    const factory = createClientFactory().use(errorDetailsClientMiddleware);
    return factory.create(CatalogServiceDefinition, channel);
  }

  describe('what a handler throws', () => {
    it('reaches the caller with code, message and details, when it is a refusal', async () => {
      const details = { skuId: 'sku_1', available: '3', name: '감귤 5kg' };
      const refusal = await refuse(new DomainError('SOLD_OUT', '3개 남았습니다', details));
      expect(refusal).toBeInstanceOf(DomainError);
      expect(refusal).toMatchObject({ code: 'SOLD_OUT', message: '3개 남았습니다', details });
    });

    it.each([...errorCodes])('%s travels with its own gRPC status', async (code: ErrorCode) => {
      const productId = `status-${code}`;
      behaviours.set(productId, () => Promise.reject(new DomainError(code, 'no')));
      const error = await bare(
        { [metadataKeys.authorization]: `Bearer ${secret}` },
        (client, metadata) => client.getProduct({ productId }, { metadata }),
      );
      expect(error).toBeInstanceOf(RichClientError);
      expect(error).toMatchObject({
        code: grpcStatusByCode[code],
        extra: [{ $type: 'google.rpc.ErrorInfo', domain: 'onair', reason: code }],
      });
      expect(await refuse(new DomainError(code, 'no'))).toMatchObject({ code });
    });

    it('says when to come back, when there is too much to do', async () => {
      expect(await refuse(new Overloaded('orders', 1_250))).toMatchObject({
        code: 'OVERLOADED',
        details: { retryAfterMs: '1250' },
      });
      behaviours.set('overloaded', () => Promise.reject(new Overloaded('orders', 1_250)));
      const error = await bare(
        { [metadataKeys.authorization]: `Bearer ${secret}` },
        (client, metadata) => client.getProduct({ productId: 'overloaded' }, { metadata }),
      );
      expect(error).toMatchObject({
        code: Status.RESOURCE_EXHAUSTED,
        extra: expect.arrayContaining([
          expect.objectContaining({
            $type: 'google.rpc.RetryInfo',
            retryDelay: expect.objectContaining({ seconds: 1, nanos: 250_000_000 }),
          }),
        ]),
      });
    });

    it('names the fields of a request that can’t be read, and never repeats their values', async () => {
      const schema = z.object({
        name: z.string().max(3),
        lines: z.array(z.object({ quantity: z.number().min(1) })),
      });
      const parse = async () => {
        schema.parse({ name: 'secret words', lines: [{ quantity: 5 }, { quantity: 0 }] });
        return Product.create();
      };
      const refusal = await get(parse).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^name: .*; lines\.1\.quantity: /),
        details: { name: expect.any(String), 'lines.1.quantity': expect.any(String) },
      });
      expect(JSON.stringify(refusal)).not.toContain('secret words');
    });

    it.each([
      ['an error', new TypeError('password=hunter2 at table users')],
      ['no error at all', 'password=hunter2'],
    ])('is kept to ourselves when it is a defect: %s', async (_what, thrown) => {
      logged.length = 0;
      const refusal = await refuse(thrown);
      expect(refusal).toMatchObject({ code: 'INTERNAL', message: 'internal error', details: {} });
      const defect = logged.find((line) => line.msg === 'defect');
      expect(defect).toMatchObject({ rpc: '/onair.catalog.v1.CatalogService/GetProduct' });
      expect(JSON.stringify(defect)).toContain('hunter2');
    });
  });

  describe('who calls', () => {
    it('is told to the handler, with the id of the request that led to the call', async () => {
      const heard: CallExt[] = [];
      const listen: Behaviour = async (context) => {
        heard.push(context);
        return Product.create();
      };
      const actors: Actor[] = [
        anonymous,
        person('viewer', 'seller'),
        { kind: 'service', name: 'realtime' },
      ];
      for (const actor of actors) await get(listen, actor, 'req-from-the-edge');
      await get(listen);
      expect(heard.map(({ actor }) => actor)).toEqual([...actors, anonymous]);
      expect(heard.slice(0, 3).map(({ requestId }) => requestId)).toEqual(
        new Array(3).fill('req-from-the-edge'),
      );
      expect(heard[3]?.requestId).toMatch(/^req_/);
      expect(heard[0]?.log.bindings()).toMatchObject({ requestId: 'req-from-the-edge' });
    });

    it.each<[string, Record<string, string>]>([
      ['no service credential', {}],
      ['a wrong one', { authorization: 'Bearer not the secret' }],
      ['the secret without the scheme', { authorization: secret }],
      ['an empty one', { authorization: '' }],
    ])('is refused UNAUTHENTICATED with %s, whoever it acts for', async (_what, metadata) => {
      const actor = encodeActor(person('admin'));
      const error = await bare({ ...metadata, [metadataKeys.actor]: actor }, (client, with_) =>
        client.getProduct({ productId: 'x' }, { metadata: with_ }),
      );
      expect(error).toMatchObject({ code: Status.UNAUTHENTICATED });
    });

    it.each([
      ['no JSON', 'not json'],
      ['an unknown kind', encode({ kind: 'root' })],
      ['an unknown role', encode({ ...person(), roles: ['owner'] })],
      ['a user without an id', encode({ ...person('admin'), userId: undefined })],
    ])('is refused UNAUTHENTICATED when it acts for %s', async (_what, actor) => {
      const error = await bare(
        {
          [metadataKeys.authorization]: `Bearer ${secret}`,
          [metadataKeys.actor]: actor,
        },
        (client, metadata) => client.getProduct({ productId: 'x' }, { metadata }),
      );
      expect(error).toMatchObject({ code: Status.UNAUTHENTICATED });
    });

    it('may do what the table says, and is told apart from those who are to log in', async () => {
      const create = (actor: Actor) =>
        pool
          .as({ actor })
          .catalog.createProduct({})
          .then(
            () => 'ok',
            (error: unknown) => (error instanceof DomainError ? error.code : error),
          );
      expect(await create(anonymous)).toBe('UNAUTHENTICATED');
      expect(await create(person())).toBe('PERMISSION_DENIED');
      expect(await create(person('viewer'))).toBe('PERMISSION_DENIED');
      expect(await create({ kind: 'service', name: 'workers' })).toBe('PERMISSION_DENIED');
      expect(await create(person('viewer', 'seller'))).toBe('ok');
    });
  });

  it('reads the name of an RPC from its path, and opens no other path', () => {
    expect(rpcName('/onair.orders.v1.OrdersService/PlaceOrders')).toBe('orders.placeOrders');
    for (const path of [
      '/onair.orders.v1.OrdersService/Nothing',
      '/onair.orders.v1.OrdersService/constructor',
      '/onair.toString.v1.X/Y',
      '/grpc.health.v1.Health/Check',
      '',
    ]) {
      expect(() => rpcName(path)).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED' }));
    }
  });

  it('answers health checks without our credential', async () => {
    const channel = createChannel(address, ChannelCredentials.createInsecure());
    const health = createClient(HealthDefinition, channel);
    server.health.setStatus('healthy');
    // 1 is SERVING, 2 is NOT_SERVING.
    expect(await health.check({ service: '' })).toMatchObject({ status: 1 });
    server.health.setStatus('unhealthy');
    expect(await health.check({ service: '' })).toMatchObject({ status: 2 });
    channel.close();
  });
});
