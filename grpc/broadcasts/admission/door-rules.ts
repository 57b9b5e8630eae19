import { newId } from '../../../common/ids.ts';

/** What is known of a door while its row is locked. */
export interface DoorFacts {
  readonly maxViewers: number;
  /** Seats that only the privileged may take. */
  readonly reservedSeats: number;
  /** Seats taken, or given to someone who has not come yet. */
  readonly taken: number;
  /** Those of them that the privileged have. */
  readonly takenByPrivileged: number;
  readonly lastPlace: number;
  /** Who of those asking has a seat already. */
  readonly seated: ReadonlySet<string>;
  /** The line, by place. */
  readonly line: readonly InLine[];
}

/** Someone in line. */
export interface InLine {
  readonly holder: string;
  readonly ticket: string;
  readonly privileged: boolean;
  readonly place: number;
}

/** Someone who asks for a seat. */
export interface Asker {
  /** An account, or a guest's ticket. */
  readonly holder: string;
  /** A guest's is their holder too, and is used up by a seat. */
  readonly ticket?: string | undefined;
  readonly privileged: boolean;
  /** Never turned away. */
  readonly host: boolean;
}

/** What an asker is told: a seat, or a place in line, counted from 1. */
export type Answer =
  | { readonly kind: 'seat' }
  | { readonly kind: 'wait'; readonly position: number; readonly entry: InLine };

/** A door: gives seats in order, and keeps the line. */
export interface Door {
  ask(asker: Asker): Answer;
  readonly lastPlace: number;
}

/**
 * The rule: the privileged come before others, and within each group whoever asked first. A free
 * seat belongs to the first in line, whether they ask at this moment or not; their place ends when
 * they stop asking. Others than the privileged leave the reserved seats free.
 */
export function openDoor(facts: DoorFacts): Door {
  const entries = new Map(facts.line.map((entry) => [entry.holder, entry]));
  const lines = {
    privileged: facts.line.filter((one) => one.privileged),
    others: facts.line.filter((one) => !one.privileged),
  };
  const seated = new Set(facts.seated);
  let { taken, takenByPrivileged, lastPlace } = facts;

  function lineUp({ holder, ticket, privileged }: Asker): InLine {
    const before = entries.get(holder);
    if (before?.privileged === privileged) return before;
    // Someone who became a VIP while waiting, or is one no longer, keeps their number.
    if (before === undefined) lastPlace += 1;
    else step(before, 'out');
    const place = before?.place ?? lastPlace;
    const entry = { holder, privileged, place, ticket: before?.ticket ?? ticket ?? newId('tkt') };
    step(entry, 'in');
    return entry;
  }

  function step(entry: InLine, way: 'in' | 'out'): void {
    const line = entry.privileged ? lines.privileged : lines.others;
    const at = indexOf(line, entry.place);
    if (way === 'in') line.splice(at, 0, entry);
    else line.splice(at, 1);
    if (way === 'in') entries.set(entry.holder, entry);
    else entries.delete(entry.holder);
  }

  /** How many come before them, of each group. */
  function aheadOf({ privileged, place }: InLine): { privileged: number; others: number } {
    if (privileged) return { privileged: indexOf(lines.privileged, place), others: 0 };
    return { privileged: lines.privileged.length, others: indexOf(lines.others, place) };
  }

  function isFree(entry: InLine): boolean {
    const ahead = aheadOf(entry);
    const free = facts.maxViewers - taken;
    if (entry.privileged) return ahead.privileged < free;
    const freeForOthers = facts.maxViewers - facts.reservedSeats - (taken - takenByPrivileged);
    return ahead.privileged + ahead.others < free && ahead.others < freeForOthers;
  }

  return {
    ask(asker) {
      const isUsedUp = asker.ticket !== undefined;
      if (seated.has(asker.holder)) {
        if (isUsedUp) seated.delete(asker.holder);
        return { kind: 'seat' };
      }
      const entry = lineUp(asker);
      if (!asker.host && !isFree(entry)) {
        const { privileged, others } = aheadOf(entry);
        return { kind: 'wait', position: privileged + others + 1, entry };
      }
      step(entry, 'out');
      if (!isUsedUp) seated.add(asker.holder);
      taken += 1;
      if (asker.privileged) takenByPrivileged += 1;
      return { kind: 'seat' };
    },
    get lastPlace() {
      return lastPlace;
    },
  };
}

/** Where a place is, or would be, in a line that is sorted by place. */
function indexOf(line: readonly InLine[], place: number): number {
  let from = 0;
  let to = line.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((line[middle]?.place ?? 0) < place) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Milliseconds after which someone in line should ask again: sooner the nearer they are. */
export function retryAfterMs(position: number): number {
  return Math.min(10_000, 1_000 + 100 * position);
}

/** Milliseconds for which a place is kept for someone who was told to wait. */
export function placeTermMs(position: number): number {
  return 2 * retryAfterMs(position) + 3_000;
}
