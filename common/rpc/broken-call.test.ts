import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import { type ClientPool, createClientPool } from './clients.ts';

describe('a call that the service leaves without a status', () => {
  let server: Http2Server;
  let pool: ClientPool;

  beforeAll(async () => {
    // What a client sees of a process that is killed between its headers and its trailers.
    server = createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    pool = createClientPool(`127.0.0.1:${address.port}`, 'secret');
  });

  afterAll(() => {
    pool.close();
    server.close();
  });

  it('has an open outcome: UNAVAILABLE, after which to ask again', async () => {
    const { orders } = pool.as({ actor: { kind: 'service', name: 'api' } });
    await expect(orders.placeOrders({ orders: [] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const none = (async function* () {
      yield* [];
    })();
    const first = orders.placeOrdersInTurn(none)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
