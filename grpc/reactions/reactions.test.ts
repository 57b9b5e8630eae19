import { systemClock } from '../../common/clock.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { type BroadcastNews, createLocalPulse } from '../../common/pulse/index.ts';
import {
  type HeartReport,
  type HeartReportOutcome,
  ReactionsServiceDefinition,
} from '../../proto/gen/onair/reactions/v1/reactions.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { until } from '../../test/kit/until.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database } from '../db/index.ts';
import { createReactions, createReactionsService } from './index.ts';

type Status = 'scheduled' | 'live' | 'ended';

describeOnBothDatabases('reactions', (open) => {
  const broadcasts = new Map<string, { status: Status }>();
  const pulse = createLocalPulse();
  let db: Database;
  /** Two processes on one database. */
  let served: readonly [ServedRpc, ServedRpc];

  function serve(): Promise<ServedRpc> {
    const config = loadConfig({ ONAIR_ENV: 'test' });
    const deps = { config, db, clock: systemClock, log: silentLogger(), vault: testVault, pulse };
    const factsOf = async (ids: readonly string[]) =>
      new Map([...broadcasts].filter(([id]) => ids.includes(id)));
    const service = createReactionsService(createReactions(deps, { factsOf }));
    return serveRpc((server) => server.add(ReactionsServiceDefinition, service));
  }

  beforeAll(async () => {
    db = await open();
    served = [await serve(), await serve()];
  });
  afterAll(async () => {
    await Promise.all(served.map((each) => each.stop()));
    await pulse.close();
  });

  function onAir(status: Status = 'live'): string {
    const id = newId('brc');
    broadcasts.set(id, { status });
    return id;
  }

  const report = (broadcastId: string, hearts: number, more: Partial<HeartReport> = {}) => {
    return { reportId: newId('req'), broadcastId, hearts, ...more };
  };
  const rooms = (process = 0) =>
    (served[process] ?? served[0]).as({ kind: 'service', name: 'realtime' }).reactions;
  async function tell(reports: HeartReport[], process = 0): Promise<HeartReportOutcome[]> {
    return (await rooms(process).reportHearts({ reports })).outcomes;
  }
  const heartsOf = async (broadcastId: string) =>
    (await rooms().getReactions({ broadcastId })).hearts;
  const said = ({ result }: HeartReportOutcome) =>
    result?.$case === 'reactions' ? result.value.hearts : result?.value.code;

  it('add up, and start from none', async () => {
    const id = onAir();
    expect(await heartsOf(id)).toBe(0);
    const outcomes = await tell([report(id, 3), report(id, 20), report(id, 7)]);
    expect(outcomes.map(said)).toEqual([3, 23, 30]);
    expect(await heartsOf(id)).toBe(30);
  });

  it('of a report that is sent twice count once, in one call, in another, at another process', async () => {
    const id = onAir();
    const one = report(id, 5);
    expect((await tell([one, one])).map(said)).toEqual([5, 5]);
    expect((await tell([one, report(id, 2)])).map(said)).toEqual([5, 7]);
    expect((await tell([one], 1)).map(said)).toEqual([7]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => tell([one, report(id, 1)], i % 2)));
    expect(await heartsOf(id)).toBe(27);
  });

  it('of 100 reports at once by two processes, each sent twice, are exact', async () => {
    const ids = [onAir(), onAir(), onAir()];
    const reports = Array.from({ length: 100 }, (_, i) => report(ids[i % 3] ?? '', i + 1));
    await Promise.all([...reports, ...reports].map((one, i) => tell([one], i % 2)));
    for (const id of ids) {
      const mine = reports.filter((one) => one.broadcastId === id);
      expect(await heartsOf(id)).toBe(mine.reduce((sum, one) => sum + one.hearts, 0));
    }
  });

  it('are told to the rooms once for a batch, and not for a report sent again', async () => {
    const id = onAir();
    const news: BroadcastNews[] = [];
    const stop = pulse.onBroadcast(id, (one) => news.push(one));
    const one = report(id, 4);
    await tell([one, report(id, 6)]);
    await tell([one]);
    await tell([report(id, 1)]);
    await until('both totals were told', () => news.length >= 2);
    expect(news).toEqual([
      { type: 'hearts', hearts: 10 },
      { type: 'hearts', hearts: 11 },
    ]);
    stop();
  });

  it('sent before the end count after it; before the beginning there are none', async () => {
    const ended = onAir('ended');
    const scheduled = onAir('scheduled');
    const unknown = newId('brc');
    const outcomes = await tell([report(ended, 2), report(scheduled, 2), report(unknown, 2)]);
    expect(outcomes.map(said)).toEqual([2, 'BROADCAST_NOT_LIVE', 'NOT_FOUND']);
    expect(await heartsOf(scheduled)).toBe(0);
    await expect(heartsOf(unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of reports that make no sense are refused, and the others count', async () => {
    const id = onAir();
    const one = report(id, 1);
    const outcomes = await tell([
      report(id, 0),
      report(id, -1),
      report(id, 10_000_001),
      report('brc_1', 1),
      report(id, 1, { reportId: '' }),
      report(id, 1, { reportId: 'a b' }),
      one,
      { ...one, hearts: 2 },
    ]);
    expect(outcomes.map(said)).toEqual([
      ...new Array(6).fill('INVALID_ARGUMENT'),
      1,
      'REQUEST_ID_REUSED',
    ]);
    await expect(tell(Array.from({ length: 501 }, () => report(id, 1)))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await heartsOf(id)).toBe(1);
  });

  it('are reported by our rooms only, and read by anyone', async () => {
    const id = onAir();
    const guest = served[0].as({ kind: 'anonymous' }).reactions;
    await expect(guest.reportHearts({ reports: [] })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await guest.getReactions({ broadcastId: id })).toEqual({ broadcastId: id, hearts: 0 });
  });
});
