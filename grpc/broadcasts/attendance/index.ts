import { accepted, createBatcher } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';
import { type AttendanceCount, attendanceTermMs, reportAttendance } from './report-attendance.ts';
import type { RoomReport } from './requests.ts';
import { type InsideRow, listInside, readBannedInside } from './store.ts';

/** Who is in the rooms of broadcasts, as the rooms report it. */
export interface Attendance {
  /** Takes one room's report and answers its broadcast's count; see report-attendance.ts. */
  report(report: RoomReport): Promise<AttendanceCount>;
  /** Accounts in these rooms that are banned there, by room. */
  bannedInside(roomIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Accounts inside, each once, with one more than asked for if there are more. */
  listInside(query: {
    readonly broadcastId: string;
    readonly afterId: string | undefined;
    readonly limit: number;
  }): Promise<InsideRow[]>;
  /** Resolves when every report that was taken is stored. */
  drain(): Promise<void>;
}

export function createAttendance({ config, db, clock }: DomainDeps): Attendance {
  const batcher = createBatcher<RoomReport, AttendanceCount>({
    name: 'attendance',
    db,
    maxBatch: 100,
    maxQueue: config.QUEUE_LIMIT,
    run: async (tx, reports) =>
      (await reportAttendance(tx, reports, clock.now())).map((count) => accepted(count)),
  });
  return {
    report: (report) => batcher.submit(report),
    async bannedInside(roomIds) {
      const rows = await readBannedInside(db.primary, roomIds, clock.now());
      const byRoom = Map.groupBy(rows, (row) => row.roomId);
      return new Map([...byRoom].map(([roomId, found]) => [roomId, found.map((f) => f.userId)]));
    },
    listInside: (query) =>
      listInside(db.primary, { ...query, aliveSince: clock.now() - attendanceTermMs }),
    drain: () => batcher.drain(),
  };
}
