import type { DomainDeps } from '../domain-deps.ts';

/** A room that has not reported for this long is a dead process's, and its viewers are gone. */
export const attendanceTermMs = 10_000;

/** Viewers of a broadcast over all of its rooms, and the most at one time. */
export interface AttendanceCount {
  readonly viewers: number;
  readonly peak: number;
}

/** Takes one room's count and answers the broadcast's. A room that reports 0 is forgotten. */
export async function reportAttendance(
  { db, clock }: DomainDeps,
  report: { broadcastId: string; roomId: string; viewers: number },
): Promise<AttendanceCount> {
  const now = clock.now();
  const { broadcastId, roomId, viewers } = report;
  return db.transaction(async (tx) => {
    if (viewers === 0) {
      await tx.execute('DELETE FROM broadcast_rooms WHERE broadcastId = ? AND roomId = ?', [
        broadcastId,
        roomId,
      ]);
    } else {
      const { inserted, upsert } = tx.dialect;
      await tx.execute(
        `INSERT INTO broadcast_rooms (broadcastId, roomId, viewers, reportedAt) VALUES (?,?,?,?)
         ${upsert(['broadcastId', 'roomId'], `viewers = ${inserted('viewers')}, reportedAt = ${inserted('reportedAt')}`)}`,
        [broadcastId, roomId, viewers, now],
      );
    }
    const sum = await tx.row<{ viewers: number }>(
      `SELECT COALESCE(SUM(viewers), 0) AS viewers FROM broadcast_rooms
       WHERE broadcastId = ? AND reportedAt > ?`,
      [broadcastId, now - attendanceTermMs],
    );
    const total = Number(sum?.viewers ?? 0);
    const before = await tx.row<{ viewers: number }>(
      'SELECT viewers FROM broadcast_peaks WHERE broadcastId = ?',
      [broadcastId],
    );
    if (total > (before?.viewers ?? 0)) {
      const assignment = `viewers = CASE WHEN viewers > ${tx.dialect.inserted('viewers')}
        THEN viewers ELSE ${tx.dialect.inserted('viewers')} END`;
      await tx.execute(
        `INSERT INTO broadcast_peaks (broadcastId, viewers) VALUES (?,?)
         ${tx.dialect.upsert(['broadcastId'], assignment)}`,
        [broadcastId, total],
      );
    }
    return { viewers: total, peak: Math.max(total, before?.viewers ?? 0) };
  });
}
