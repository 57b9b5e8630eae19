import { accepted, createBatcher } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';
import { type AttendanceCount, attendanceTermMs, reportAttendance } from './report-attendance.ts';
import type { RoomReport } from './requests.ts';
import { type InsideRow, listInside, type MarkedInside, readMarkedInside } from './store.ts';

/** Who is in the rooms of broadcasts, as the rooms report it. */
export interface Attendance {
  /** Takes one room's report and answers its broadcast's count; see report-attendance.ts. */
  report(report: RoomReport): Promise<AttendanceCount>;
  /**
   * The same for many, each by itself: one that fails is to be told whole the next time.
   * @throws what the first failed with, where all did
   */
  reportAll(reports: readonly RoomReport[]): Promise<readonly AttendanceCount[]>;
  /** Accounts in these rooms that are banned or moderate there, by room. */
  markedInside(roomIds: readonly string[]): Promise<ReadonlyMap<string, readonly MarkedInside[]>>;
  /** Accounts inside, each once, with one more than asked for if there are more. */
  listInside(query: {
    readonly broadcastId: string;
    readonly afterId: string | undefined;
    readonly limit: number;
  }): Promise<InsideRow[]>;
  /** Resolves when every report that was taken is stored. */
  drain(): Promise<void>;
}

const notCounted: AttendanceCount = { viewers: 0, peak: 0, tellAll: true };

export function createAttendance({ config, db, clock, log }: DomainDeps): Attendance {
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
    async reportAll(reports) {
      const settled = await Promise.allSettled(reports.map((report) => batcher.submit(report)));
      const failed = settled.filter((one) => one.status === 'rejected');
      if (failed.length > 0 && failed.length === reports.length) throw failed[0]?.reason;
      return settled.map((one, i) => {
        if (one.status === 'fulfilled') return one.value;
        log.error({ err: one.reason, roomId: reports[i]?.roomId }, 'a room was not counted');
        return notCounted;
      });
    },
    async markedInside(roomIds) {
      const rows = await readMarkedInside(db.primary, roomIds, clock.now());
      return Map.groupBy(rows, (row) => row.roomId);
    },
    listInside: (query) =>
      listInside(db.primary, { ...query, aliveSince: clock.now() - attendanceTermMs }),
    drain: () => batcher.drain(),
  };
}
