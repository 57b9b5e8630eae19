/** What a group of viewers saw. */
export interface Tally {
  readonly viewers: number;
  /** Viewers who got each message, by its number. */
  readonly deliveredBySeq: readonly number[];
  readonly repeated: number;
  readonly outOfOrder: number;
  /** Messages that viewers were told can't be recovered. */
  readonly lost: number;
  readonly replays: readonly Replay[];
  /** Absences that were not made up for. */
  readonly unfinished: number;
  /** Processor milliseconds of the group. */
  readonly cpuMs: number;
  readonly cuts: number;
  readonly resumed: number;
  readonly joinedAnew: number;
}

/** An absence that was made up for. */
export interface Replay {
  /** When the way back was free, in milliseconds from the beginning. */
  readonly atMs: number;
  /** Whether the wire was cut; else a process ended. */
  readonly cut: boolean;
  /** Milliseconds from the moment the way back was free until all that was missed had come. */
  readonly ms: number;
  /** Of these, until the connection was there. */
  readonly connectMs: number;
}

interface Absence {
  readonly cut: boolean;
  /** When the connection was back. */
  onlineAt: number;
  /** When the way back was free; undefined while the viewer has no network. */
  freeAt: number | undefined;
  /** The newest message of others when the viewer was back; undefined while it is not. */
  target: number | undefined;
}

/** Counts what viewers get. Times are of performance.now(). */
export function createTally(viewers: number, maxSeq: number) {
  const deliveredBySeq = new Uint32Array(maxSeq + 1);
  const got = Array.from({ length: viewers }, () => new Uint8Array(maxSeq + 1));
  const last = new Uint32Array(viewers);
  const absences = new Map<number, Absence>();
  const replays: Replay[] = [];
  const online = new Set<number>();
  const counts = { repeated: 0, outOfOrder: 0, lost: 0, cuts: 0, resumed: 0, joinedAnew: 0 };
  let newest = 0;
  let beganAt = 0;

  function settle(viewer: number): void {
    const absence = absences.get(viewer);
    if (absence?.target === undefined || (last[viewer] ?? 0) < absence.target) return;
    const { cut, freeAt, onlineAt } = absence;
    if (freeAt !== undefined) {
      const since = (at: number) => Math.round(at - freeAt);
      const atMs = Math.round(freeAt - beganAt);
      replays.push({ cut, atMs, ms: since(performance.now()), connectMs: since(onlineAt) });
    }
    absences.delete(viewer);
  }

  return {
    online,
    get newest() {
      return newest;
    },
    /** Now it begins. */
    begin(): void {
      beganAt = performance.now();
    },
    behind: () => last.filter((seq) => seq < newest).length,
    message(viewer: number, seq: number): void {
      const seen = got[viewer];
      if (seen === undefined || seq > maxSeq) throw new Error(`message ${seq} of ${maxSeq}`);
      if (seen[seq] === 1) counts.repeated += 1;
      else deliveredBySeq[seq] = (deliveredBySeq[seq] ?? 0) + 1;
      seen[seq] = 1;
      if (seq < (last[viewer] ?? 0)) counts.outOfOrder += 1;
      last[viewer] = Math.max(last[viewer] ?? 0, seq);
      newest = Math.max(newest, seq);
      settle(viewer);
    },
    lost(count: number): void {
      counts.lost += count;
    },
    /** The viewer has no network from now on. */
    cut(viewer: number): void {
      counts.cuts += 1;
      absences.set(viewer, { cut: true, onlineAt: 0, freeAt: undefined, target: undefined });
    },
    back(viewer: number): void {
      const absence = absences.get(viewer);
      if (absence !== undefined) absence.freeAt = performance.now();
    },
    offline(viewer: number): void {
      online.delete(viewer);
      // Not by a cut of ours: a process ended.
      if (!absences.has(viewer)) {
        absences.set(viewer, {
          ...{ cut: false, onlineAt: 0, freeAt: performance.now(), target: undefined },
        });
      }
    },
    cameOnline(viewer: number, resumed: boolean): void {
      if (resumed) counts.resumed += 1;
      else counts.joinedAnew += 1;
      online.add(viewer);
      const absence = absences.get(viewer);
      if (absence !== undefined) {
        absence.onlineAt = performance.now();
        absence.target = newest;
      }
      settle(viewer);
    },
    result: (): Tally => ({
      viewers,
      ...counts,
      deliveredBySeq: [...deliveredBySeq],
      replays,
      unfinished: absences.size,
      cpuMs: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1_000),
    }),
  };
}
