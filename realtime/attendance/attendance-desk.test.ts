import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { until } from '../../test/kit/until.ts';
import { openAttendanceDesk } from './attendance-desk.ts';
import { createHeadCount } from './head-count.ts';

type Report = Parameters<Parameters<typeof openAttendanceDesk>[0]['reportAttendance']>[0];

const counted = { viewers: 1, peak: 1, tellAll: false, bannedUserIds: [], moderatorUserIds: [] };
const notCounted = { ...counted, viewers: 0, peak: 0, tellAll: true };

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
    const roomOf = (roomId: string) => ({
      ...{ broadcastId: newId('brc'), roomId, heads: createHeadCount() },
      ...{ show: () => undefined, onMarked: () => undefined },
    });
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
});
