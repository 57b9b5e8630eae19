import { type Actor, anonymous, type Role } from '../../common/auth/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import {
  PointsServiceDefinition,
  TransferKind,
  type TransferOutcomes,
} from '../../proto/gen/onair/points/v1/points.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import { createRpcServer, type RpcServer } from '../server.ts';
import {
  createPointsFixture,
  dayMs,
  nextNumber,
  outcomesOf,
  type PointsFixture,
} from './fixtures/points-fixture.ts';
import { createPointsService } from './index.ts';

const secret = 'a secret of more than thirty-two characters';
const service: Actor = { kind: 'service', name: 'payments' };
const userActor = (userId: string, ...roles: readonly Role[]): Actor => {
  return { kind: 'user', userId, sessionId: 'ses_1', name: 'someone', roles: ['viewer', ...roles] };
};

describeOnSqlite('PointsService', (open) => {
  let fixture: PointsFixture;
  let server: RpcServer;
  let clients: ClientPool;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
    server = createRpcServer(secret, silentLogger());
    server.add(PointsServiceDefinition, createPointsService(fixture.points));
    clients = createClientPool(`127.0.0.1:${await server.listen('127.0.0.1:0')}`, secret);
  });
  afterAll(async () => {
    clients.close();
    await server.shutdown();
  });

  const as = (actor: Actor) => clients.as({ actor }).points;
  const admin = userActor('usr_0000000000000000000000ADM1', 'admin');
  const newRequest = () => `request-${nextNumber()}`;

  it('an admin charges, a service holds and posts, the user sees it all', async () => {
    const userId = await fixture.newUser();
    const charge = await as(admin).charge({
      requestId: newRequest(),
      userId,
      amount: 100,
      reason: '  welcome ',
    });
    expect(charge).toMatchObject({
      kind: TransferKind.CHARGE,
      userId,
      amount: 100,
      reason: 'welcome',
      holdId: '',
      createdAt: new Date(fixture.clock.now()),
    });
    const [holdId = ''] = transferIds(
      await as(service).hold({
        holds: [{ requestId: newRequest(), userId, amount: 30, reference: 'ord_1' }],
      }),
    );
    const me = as(userActor(userId));
    expect(await me.getBalance({})).toEqual({ userId, available: 70, held: 30 });
    expect(wordsOf(await as(service).post({ holdIds: [holdId] }))).toEqual(['ok']);
    expect(await me.getBalance({ userId })).toEqual({ userId, available: 70, held: 0 });

    const first = await me.listTransfers({ pageSize: 2 });
    expect(first.transfers.map(({ kind }) => kind)).toEqual([TransferKind.POST, TransferKind.HOLD]);
    const rest = await me.listTransfers({ pageSize: 2, pageToken: first.nextPageToken });
    expect(rest).toEqual({ transfers: [charge], nextPageToken: '' });
  });

  it('decides each item by itself and answers in order', async () => {
    const userId = await fixture.newUserWith(100);
    const item = { requestId: newRequest(), userId, amount: 60, reference: 'ord_1' };
    const answer = await as(service).hold({
      holds: [
        item,
        { ...item, requestId: newRequest() },
        { ...item, amount: 61 },
        { ...item, requestId: newRequest(), amount: 0 },
        { ...item, requestId: newRequest(), amount: 40 },
        item,
      ],
    });
    expect(wordsOf(answer)).toEqual([
      'ok',
      'INSUFFICIENT_POINTS',
      'REQUEST_ID_REUSED',
      'INVALID_ARGUMENT',
      'ok',
      'ok',
    ]);
    const [first = '', second = '', third] = transferIds(answer);
    expect(third).toBe(first);
    const resolved = await as(service).void({ holdIds: [first, second, first, 'no id'] });
    expect(wordsOf(resolved)).toEqual(['ok', 'ok', 'ALREADY_RESOLVED', 'INVALID_ARGUMENT']);
    expect(resolved.outcomes[2]?.result).toMatchObject({
      value: { details: { kind: 'void', transferId: transferIds(resolved)[0] } },
    });
  });

  it('of one whose books do not balance: it alone hears INTERNAL, others are decided', async () => {
    const [first, broken, last] = await Promise.all([1, 2, 3].map(() => fixture.newUserWith(100)));
    await fixture.db.transaction((tx) =>
      tx.execute('UPDATE point_lots SET remaining = 200 WHERE userId = ?', [broken ?? '']),
    );
    const holds = [first, broken, last].map((userId = '') => {
      return { requestId: newRequest(), userId, amount: 60, reference: 'ord_1' };
    });
    expect(wordsOf(await as(service).hold({ holds }))).toEqual(['ok', 'INTERNAL', 'ok']);
  });

  it('100 calls that post one hold at once: one succeeds', async () => {
    const holdId = await fixture.hold(await fixture.newUserWith(100), 30);
    const calls = Array.from({ length: 100 }, () => as(service).post({ holdIds: [holdId] }));
    const words = (await Promise.all(calls)).flatMap(wordsOf);
    expect(words.filter((word) => word === 'ok')).toHaveLength(1);
    expect(words.filter((word) => word === 'ALREADY_RESOLVED')).toHaveLength(99);
  });

  it('takes away lapsed points, as many lots as asked for', async () => {
    const userId = await fixture.newUser();
    await fixture.charge(userId, 10, 1);
    await fixture.charge(userId, 10, 1);
    fixture.clock.advance(dayMs);
    const expire = async (limit: number) => (await as(service).expireLots({ limit })).expired;
    expect([await expire(1), await expire(10), await expire(10)]).toEqual([1, 1, 0]);
  });

  it('is closed to those who have no business with it', async () => {
    const userId = await fixture.newUserWith(100);
    const user = as(userActor(userId));
    const other = as(userActor('usr_0000000000000000000000000X'));
    const charge = { requestId: newRequest(), userId, amount: 1, reason: 'me' };
    expect(
      await outcomesOf([
        user.charge(charge),
        as(service).charge(charge),
        user.hold({ holds: [] }),
        user.post({ holdIds: [] }),
        user.void({ holdIds: [] }),
        user.expireLots({ limit: 1 }),
        other.getBalance({ userId }),
        other.listTransfers({ userId }),
        as(service).getBalance({}),
        as(anonymous).getBalance({ userId }),
      ]),
    ).toEqual([...Array.from({ length: 9 }, () => 'PERMISSION_DENIED'), 'UNAUTHENTICATED']);
    expect(await as(admin).getBalance({ userId })).toMatchObject({ available: 100 });
    expect(await as(service).getBalance({ userId })).toMatchObject({ available: 100 });
  });

  it('refuses requests that no state could accept', async () => {
    const userId = await fixture.newUser();
    const charge = { requestId: newRequest(), userId, amount: 1, reason: 'why' };
    const past = new Date(fixture.clock.now());
    const holdIds = Array.from({ length: 501 }, () => 'trf_00000000000000000000000000');
    expect(
      await outcomesOf([
        as(admin).charge({ ...charge, amount: 0 }),
        as(admin).charge({ ...charge, amount: 1_000_000_001 }),
        as(admin).charge({ ...charge, reason: ' ' }),
        as(admin).charge({ ...charge, requestId: '' }),
        as(admin).charge({ ...charge, userId: 'someone' }),
        as(admin).charge({ ...charge, expiresAt: past }),
        as(service).post({ holdIds }),
        as(service).expireLots({ limit: 0 }),
        as(admin).listTransfers({ userId, pageToken: '!' }),
      ]),
    ).toEqual(Array.from({ length: 9 }, () => 'INVALID_ARGUMENT'));
    expect(
      await outcomesOf([
        as(admin).charge({
          ...charge,
          requestId: newRequest(),
          userId: 'usr_0000000000000000000000000Z',
        }),
      ]),
    ).toEqual(['NOT_FOUND']);
  });
});

function wordsOf({ outcomes }: TransferOutcomes): string[] {
  return outcomes.map(({ result }) => (result?.$case === 'refusal' ? result.value.code : 'ok'));
}

function transferIds({ outcomes }: TransferOutcomes): string[] {
  return outcomes.flatMap(({ result }) => (result?.$case === 'transfer' ? result.value.id : []));
}
