import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { until } from '../../test/kit/until.ts';
import { openAttendanceDesk } from './attendance-desk.ts';
import { createHeadCount } from './head-count.ts';

type Report = Parameters<Parameters<typeof openAttendanceDesk>[0]['reportAttendance']>[0];

const counted = { viewers: 1, peak: 1, tellAll: false, bannedUserIds: [], moderatorUserIds: [] };
const notCounted = { ...counted, viewers: 0, peak: 0, tellAll: true };

const roomOf = (roomId: string) => ({
  ...{ broadcastId: newId('brc'), roomId, heads: createHeadCount() },
  ...{ show: () => undefined, onMarked: () => undefined },
});

describe('the desk of attendance', () => {
  it('tells of a room that is gone again when it alone was not counted', async () => {
    const said: Report[] = [];
    let failing = 2;
    const desk = openAttendanceDesk(
      {
        async reportAttendance(report) {
          said.push(report);
          return {
            rooms: (report.rooms ?? []).map(({ closed }) => {
              if (closed !== true || failing === 0) return counted;
              failing -= 1;
              return notCounted;
            }),
          };
        },
      },
      silentLogger(),
    );
    const seat = newId('tkt');
    const leaving = roomOf('leaving');
    leaving.heads.enter({ kind: 'guest', seat });
    const close = desk.open(leaving);
    desk.open(roomOf('staying'));
    close();
    const farewells = () => said.flatMap(({ rooms = [] }) => rooms.filter((one) => one.closed));
    await until('it is told of thrice', () => farewells().length === 3);
    const reports = said.length;
    await until('there is another report', () => said.length > reports);
    await desk.stop();
    expect(farewells()).toHaveLength(3);
    expect(farewells().map(({ seated }) => seated)).toEqual([[seat], [seat], [seat]]);
  });

  it('leaves a room out where nobody came or went, but for a sign of life', async () => {
    const said: Report[] = [];
    const desk = openAttendanceDesk(
      {
        async reportAttendance(report) {
          said.push(report);
          return { rooms: (report.rooms ?? []).map(() => counted) };
        },
      },
      silentLogger(),
    );
    const [quiet, busy] = [roomOf('quiet'), roomOf('busy')];
    desk.open(quiet);
    desk.open(busy);
    const reportsOf = (roomId: string) =>
      said.flatMap(({ rooms = [] }, i) => (rooms.some((one) => one.roomId === roomId) ? [i] : []));
    for (let i = 1; i <= 10; i += 1) {
      busy.heads.enter({ kind: 'guest' });
      await until('it is told', () => said.length === i);
    }
    expect(reportsOf('busy')).toHaveLength(10);
    // The first, a third after it, the fifth that asks what those inside are, and so on.
    expect(reportsOf('quiet')).toEqual([0, 3, 4, 7, 9]);
    expect(said.map(({ checkStandings }) => checkStandings).indexOf(true)).toBe(4);
    quiet.heads.enter({ kind: 'guest' });
    await until('someone who came is told of', () => said.length === 11);
    expect(reportsOf('quiet')).toHaveLength(6);
    await desk.stop();
  });

  it('lets nothing change while a report is on its way, and reports nothing while something does', async () => {
    let inReport = false;
    let answer: (() => void) | undefined;
    let reports = 0;
    const desk = openAttendanceDesk(
      {
        async reportAttendance({ rooms = [] }) {
          reports += 1;
          inReport = true;
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          inReport = false;
          return { rooms: rooms.map(() => counted) };
        },
      },
      silentLogger(),
    );
    const ending = roomOf('ending');
    desk.open(ending);
    await until('a report is on its way', () => answer);
    ending.heads.enter({ kind: 'guest' });
    const seen: boolean[] = [];
    const change = Promise.withResolvers<string>();
    const changing = desk.betweenReports(() => {
      seen.push(inReport);
      return change.promise;
    });
    const failing = desk.betweenReports(() => Promise.reject(new Error('not today')));
    failing.catch(() => undefined);
    answer?.();
    await until('the change began', () => seen.length === 1);
    await expect(failing).rejects.toThrow('not today');
    const stopped = desk.stop();
    expect([seen, reports]).toEqual([[false], 1]);
    change.resolve('done');
    expect(await changing).toBe('done');
    await until('the last report goes', () => reports === 2);
    answer?.();
    await stopped;
  });
});
