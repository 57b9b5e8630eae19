import { DomainError, type ErrorCode } from '../common/errors/index.ts';
import { newId } from '../common/ids.ts';
import { silentLogger } from '../common/logger.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import type { Job as LeasedJob } from '../proto/gen/onair/jobs/v1/jobs.ts';
import { handleJobs } from './handle-jobs.ts';
import { done, type JobHandler } from './job.ts';

// Nothing is called through these.
const pool = createClientPool('127.0.0.1:1', 'none');
const context = {
  clients: pool.as({ actor: { kind: 'anonymous' } }),
  log: silentLogger(),
  options: { deadline: 1_000, signal: new AbortController().signal },
};

afterAll(() => pool.close());

function leased(payloadJson = JSON.stringify({ orderId: newId('ord') })): LeasedJob {
  return {
    id: newId('job'),
    kind: 'orders.expire',
    payloadJson,
    attempts: 1,
    maxAttempts: 10,
    runAt: new Date(),
    lastError: '',
  };
}

const handle = (handler: JobHandler<'orders.expire'>, jobs: readonly LeasedJob[]) =>
  handleJobs('orders.expire', handler, jobs, context);

const allDone: JobHandler<'orders.expire'> = async (jobs) => jobs.map(() => done);

describe('handleJobs', () => {
  it('hands over one list, and answers each job its own result', async () => {
    const jobs = [leased(), leased(), leased()];
    const lists: number[] = [];
    const results = await handle(async (list) => {
      lists.push(list.length);
      return [done, { kind: 'retry', reason: 'wait', afterSeconds: 5 }, done];
    }, jobs);
    expect(lists).toEqual([3]);
    expect(jobs.map(({ id }) => results.get(id)?.kind)).toEqual(['done', 'retry', 'done']);
  });

  it.each([
    ['no JSON', '{', 'unreadable payload: not JSON'],
    ['an id of another kind', '{"orderId":"pay_1"}', 'unreadable payload: orderId: '],
    ['nothing', 'null', 'unreadable payload: payload: '],
  ])(
    'fails a job for good whose payload is %s, and does the others',
    async (_case, json, reason) => {
      const [bad, good] = [leased(json), leased()];
      const results = await handle(allDone, [bad, good]);
      expect(results.get(bad.id)).toEqual({
        kind: 'failed',
        reason: expect.stringContaining(reason),
      });
      expect(results.get(good.id)).toEqual(done);
    },
  );

  it('calls no handler when there is nothing to read', async () => {
    const handler: JobHandler<'orders.expire'> = async () => {
      throw new Error('called');
    };
    const bad = leased('{}');
    expect((await handle(handler, [bad])).get(bad.id)?.kind).toBe('failed');
  });

  it('finds the one job that spoils its list, and does the others', async () => {
    const jobs = Array.from({ length: 9 }, () => leased());
    const bad = jobs[6];
    const results = await handle(async (list) => {
      if (list.some(({ id }) => id === bad?.id))
        throw new DomainError('NOT_FOUND', 'no such order');
      return list.map(() => done);
    }, jobs);
    expect(jobs.filter(({ id }) => results.get(id)?.kind !== 'done')).toEqual([bad]);
    expect(results.get(bad?.id ?? '')).toEqual({
      kind: 'retry',
      reason: 'NOT_FOUND: no such order',
    });
  });

  it.each<ErrorCode>(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'OVERLOADED'])(
    'asks once only when the service answers %s, and tries all again later',
    async (code) => {
      const jobs = [leased(), leased(), leased()];
      let calls = 0;
      const results = await handle(async () => {
        calls += 1;
        throw new DomainError(code, 'not now');
      }, jobs);
      expect(calls).toBe(1);
      expect([...results.values()].map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry']);
    },
  );

  it('tries jobs again that a handler forgot to answer', async () => {
    const job = leased();
    const results = await handle(async () => [], [job]);
    expect(results.get(job.id)).toMatchObject({ kind: 'retry' });
  });
});
