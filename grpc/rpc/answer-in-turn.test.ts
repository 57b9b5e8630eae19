import { DomainError } from '../../common/errors/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { type CallsInTurn, createCallsInTurn } from '../../common/rpc/calls-in-turn.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import {
  OrdersServiceDefinition,
  type OrdersServiceImplementation,
  type PlaceOrdersRequest,
  PlaceOrdersResponse,
} from '../../proto/gen/onair/orders/v1/orders.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { until } from '../../test/kit/until.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { createRpcServer, type RpcServer } from '../server.ts';
import { answerInTurn } from './answer-in-turn.ts';

const secret = 'a secret that only our own processes know';

type Calls = CallsInTurn<{ traceId: string }, PlaceOrdersResponse>;
type Work = (traceId: string) => Promise<void>;

describe('calls in turn on one stream', () => {
  let address: string;
  let server: RpcServer;
  let pool: ClientPool;
  let streams = 0;
  /** What a call does before its answer, which names the call. */
  let work: Work;
  let open: Calls[] = [];

  beforeEach(async () => {
    address = `127.0.0.1:${await freePort()}`;
    pool = createClientPool(address, secret);
    streams = 0;
    work = async () => undefined;
    server = await serve();
  });
  afterEach(async () => {
    for (const calls of open) calls.close();
    open = [];
    pool.close();
    server.forceShutdown();
  });

  async function serve(): Promise<RpcServer> {
    const started = createRpcServer(secret, silentLogger());
    started.add(OrdersServiceDefinition, implementation());
    await started.listen(address);
    return started;
  }

  function implementation(): OrdersServiceImplementation<CallExt> {
    const unused = async () => {
      throw new Error('not part of this suite');
    };
    const inTurn = answerInTurn(async ({ traceId }: PlaceOrdersRequest) => {
      await work(traceId);
      const details = { traceId };
      const value = { code: 'SOLD_OUT', message: '', details };
      return PlaceOrdersResponse.create({ outcomes: [{ result: { $case: 'refusal', value } }] });
    });
    return {
      placeOrders: unused,
      placeOrdersInTurn: (requests, context) => {
        streams += 1;
        return inTurn(requests, context);
      },
      getOrder: unused,
      listOrders: unused,
      cancelOrder: unused,
      expireOrders: unused,
    };
  }

  function openCalls(options: { deadlineMs?: number; maxAgeMs?: number } = {}): Calls {
    const { orders } = pool.as({ actor: { kind: 'service', name: 'realtime' } });
    const calls = createCallsInTurn({ open: orders.placeOrdersInTurn, ...options });
    open.push(calls);
    return calls;
  }

  async function ask(calls: Calls, traceId: string): Promise<string | undefined> {
    const { outcomes } = await calls.call({ traceId });
    const [outcome] = outcomes;
    return outcome?.result?.$case === 'refusal' ? outcome.result.value.details.traceId : undefined;
  }

  it('answers each its own, many on one stream', async () => {
    const calls = openCalls();
    for (let i = 0; i < 300; i += 1) expect(await ask(calls, `call-${i}`)).toBe(`call-${i}`);
    expect(streams).toBe(1);
  });

  it('hears why a call was refused as a whole, and goes on', async () => {
    const calls = openCalls();
    work = async () => {
      throw new DomainError('OVERLOADED', 'full', { retryAfterMs: '70' });
    };
    await expect(ask(calls, 'refused')).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfterMs: '70' },
    });
    work = async () => undefined;
    expect(await ask(calls, 'next')).toBe('next');
  });

  it('gives up a call that takes too long, and never takes its answer for the next one’s', async () => {
    const calls = openCalls({ deadlineMs: 500 });
    const late = Promise.withResolvers<void>();
    work = (traceId) => (traceId === 'slow' ? late.promise : Promise.resolve());
    await expect(ask(calls, 'slow')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    late.resolve();
    expect(await ask(calls, 'next')).toBe('next');
  });

  it('opens another stream once one is old', async () => {
    const calls = openCalls({ maxAgeMs: 0 });
    expect(await ask(calls, 'a')).toBe('a');
    expect(await ask(calls, 'b')).toBe('b');
    expect(streams).toBe(2);
  });

  it('lets the server end between two calls, and finds the next one', async () => {
    const calls = openCalls();
    expect(await ask(calls, 'before')).toBe('before');
    await server.shutdown();
    server = await serve();
    expect(await until('the server is found again', () => ask(calls, 'after'))).toBe('after');
  });

  it('has the answer of a call that the end of the server met', async () => {
    const calls = openCalls();
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    work = async () => {
      begun.resolve();
      await go.promise;
    };
    const answer = ask(calls, 'under way');
    await begun.promise;
    const ended = server.shutdown();
    go.resolve();
    expect(await answer).toBe('under way');
    await ended;
  });

  it('says UNAVAILABLE when the server vanished under a call', async () => {
    const calls = openCalls();
    const begun = Promise.withResolvers<void>();
    work = async () => {
      begun.resolve();
      await new Promise(() => undefined);
    };
    const answer = ask(calls, 'lost').catch((error: unknown) => error);
    await begun.promise;
    server.forceShutdown();
    expect(await answer).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is refused like any call when it may not be made', async () => {
    const { orders } = pool.as({ actor: { kind: 'anonymous' } });
    const calls = createCallsInTurn({ open: orders.placeOrdersInTurn });
    await expect(calls.call({ traceId: 'x' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(streams).toBe(0);
  });
});
