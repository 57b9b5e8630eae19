import { requireUser } from '../../../common/auth/index.ts';
import type { BroadcastsServiceImplementation } from '../../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { CallExt } from '../../middleware/call-context.ts';
import { decodePageToken, toPage } from '../../rpc/paging.ts';
import type { Broadcasts } from '../index.ts';
import { listPeopleSchema } from '../people/requests.ts';
import { roomRoleCodec } from '../room-role-codec.ts';
import { reportAttendanceSchema } from './requests.ts';
import type { MarkedInside } from './store.ts';

/** The part of BroadcastsService that is about who is inside. */
export function createAttendanceRpcs({
  attendance,
  people,
}: Pick<Broadcasts, 'attendance' | 'people'>): Pick<
  BroadcastsServiceImplementation<CallExt>,
  'reportAttendance' | 'listParticipants'
> {
  return {
    async reportAttendance(request) {
      const { rooms, checkStandings } = reportAttendanceSchema.parse(request);
      const counts = await attendance.reportAll(rooms);
      const marked = checkStandings
        ? await attendance.markedInside(rooms.map((room) => room.roomId))
        : new Map<string, readonly MarkedInside[]>();
      return {
        rooms: counts.map((count, i) => {
          const here = marked.get(rooms[i]?.roomId ?? '') ?? [];
          const idsOf = (mark: MarkedInside['mark']) =>
            here.filter((one) => one.mark === mark).map((one) => one.userId);
          return {
            ...count,
            bannedUserIds: idsOf('banned'),
            moderatorUserIds: idsOf('moderator'),
          };
        }),
      };
    },
    async listParticipants(request, { actor }) {
      const { broadcastId, pageSize, pageToken } = listPeopleSchema.parse(request);
      await people.requireKeeper(requireUser(actor), broadcastId);
      const afterId = decodePageToken(pageToken);
      const found = await attendance.listInside({ broadcastId, afterId, limit: pageSize });
      const page = toPage(
        found.map((row) => ({ ...row, id: row.userId })),
        pageSize,
      );
      const userIds = page.rows.map((row) => row.userId);
      const [names, standings] = await Promise.all([
        people.namesOf(userIds),
        people.standings(userIds.map((userId) => ({ broadcastId, userId }))),
      ]);
      const participants = page.rows.map(({ userId, since }, i) => ({
        userId,
        name: names.get(userId) ?? '',
        role: roomRoleCodec.toProto(standings[i]?.role ?? 'viewer'),
        since: new Date(Number(since)),
      }));
      return { participants, nextPageToken: page.nextPageToken };
    },
  };
}
