import { pino } from 'pino';
import { isTickKind } from '../common/jobs.ts';
import { silentLogger } from '../common/logger.ts';
import { type Services, startServices } from '../test/kit/services.ts';
import { until } from '../test/kit/until.ts';
import { type ScheduleEntry, schedule, startSchedule, ticksAround } from './schedule.ts';

describe('ticksAround', () => {
  it.each([
    ['* * * * *', 'UTC', '00:00:00.000', '00:00:00', '00:01:00'],
    ['* * * * *', 'UTC', '00:00:00.001', '00:00:00', '00:01:00'],
    ['* * * * *', 'UTC', '00:00:59.999', '00:00:00', '00:01:00'],
    ['7 * * * *', 'UTC', '01:06:59.999', '00:07:00', '01:07:00'],
    ['7 * * * *', 'UTC', '01:07:00.000', '01:07:00', '02:07:00'],
    ['* * * * * *', 'UTC', '12:00:00.999', '12:00:00', '12:00:01'],
    ['0 4,5 * * *', 'Asia/Seoul', '19:30:00.000', '19:00:00', '20:00:00'],
  ] as const)('%s %s at %s', (cron, timezone, now, last, next) => {
    const day = '2026-03-01T';
    expect(ticksAround({ cron, timezone }, new Date(`${day}${now}Z`))).toEqual({
      last: new Date(`${day}${last}Z`),
      next: new Date(`${day}${next}Z`),
    });
  });
});

describe('the schedule', () => {
  it('names each kind once, and only kinds that recur', () => {
    const kinds = schedule.map(({ kind }) => kind);
    expect(kinds.filter((kind) => !isTickKind(kind))).toEqual([]);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('remembers ticks for longer than any of its periods', () => {
    for (const entry of schedule) {
      const { last, next } = ticksAround(entry, new Date());
      expect(next.getTime() - last.getTime()).toBeLessThan(7 * 86_400_000);
    }
  });
});

describe('startSchedule', () => {
  const everySecond: ScheduleEntry = {
    kind: 'points.expire-lots',
    cron: '* * * * * *',
    timezone: 'UTC',
  };
  let services: Services;

  beforeEach(async () => {
    services = await startServices();
  });

  afterEach(() => services.stop());

  const follow = (entry: ScheduleEntry) =>
    startSchedule([entry], { clients: services.clients, log: silentLogger() });

  it('makes one job of each tick however many workers follow it', async () => {
    const schedules = [everySecond, everySecond, everySecond].map(follow);
    await until('three ticks struck', async () => (await services.jobs()).length >= 3);
    await Promise.all(schedules.map((one) => one.stop()));
    const ticks = (await services.jobs()).map((job) => JSON.parse(job.payload).tick as string);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect(ticks.filter((tick) => !tick.endsWith('.000Z'))).toEqual([]);
  });

  it('makes up for the newest tick at the start, once', async () => {
    const yearly: ScheduleEntry = { ...everySecond, cron: '0 0 1 1 *' };
    const first = follow(yearly);
    await until('the tick has its job', async () => (await services.jobs()).length === 1);
    await first.stop();
    const both = [follow(yearly), follow({ ...yearly, kind: 'jobs.prune' })];
    await until('the other kind has its job', async () => (await services.jobs()).length === 2);
    await Promise.all(both.map((one) => one.stop()));
    expect((await services.jobs()).map(({ kind }) => kind)).toEqual([
      'points.expire-lots',
      'jobs.prune',
    ]);
  });

  it('enqueues a tick that struck while the services were away when they are back', async () => {
    services.goDown();
    const warnings: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
    const one = startSchedule([{ ...everySecond, cron: '0 0 1 1 *' }], {
      clients: services.clients,
      log,
    });
    await until('the tick could not be enqueued', () => warnings.length > 0);
    await services.comeUp();
    await until('the tick has its job', async () => (await services.jobs()).length === 1);
    await one.stop();
  });
});
