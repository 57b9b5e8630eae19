import type { Attendance } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';

const reportEveryMs = 1_000;

export interface AttendanceDeps {
  /** Viewers in this room now. */
  readonly count: () => number;
  /** Reports the count; answers the whole broadcast's. */
  readonly report: (viewers: number) => Promise<Attendance>;
  readonly show: (attendance: Attendance) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Reports a room's viewers once a second and shows the broadcast's. On a timer only: a count
 * written at each join would change the state, and cost an encoding of it, for every viewer.
 * Answers the function that ends it, which takes the room's viewers out of the count.
 */
export function startAttendance(deps: AttendanceDeps): () => void {
  let reporting = false;

  async function report(): Promise<void> {
    if (reporting) return;
    reporting = true;
    try {
      deps.show(await deps.report(deps.count()));
    } catch (error) {
      deps.onError(error);
    } finally {
      reporting = false;
    }
  }

  const timer = setInterval(() => void report(), reportEveryMs);
  return () => {
    clearInterval(timer);
    deps.report(0).catch(deps.onError);
  };
}
