import type { EpochMs } from '../common/clock.ts';
import type { Reader, Tx } from './db/index.ts';

/**
 * What one domain holds of people: what becomes of it when someone leaves, and how it is handed to
 * them. A new domain that knows people adds its own to the list in context.ts.
 */
export interface PersonalData {
  /**
   * What has to be finished before the account can go, as counts by name. Whatever decides it stays
   * as it is until the transaction is over.
   */
  openMattersIn?(tx: Tx, userId: string): Promise<Readonly<Record<string, number>>>;
  /** Until when law wants to know who the person was; undefined when it doesn't. */
  retainUntilIn?(tx: Tx, userId: string): Promise<EpochMs | undefined>;
  /** Erases, or takes from the person, what can be done in the transaction that ends the account. */
  eraseIn?(tx: Tx, leaver: Leaver): Promise<void>;
  /**
   * Erases a bite of what would take too long there, in transactions of its own, some time after.
   * Idempotent. Answers whether nothing is left.
   */
  eraseRest?(userId: string): Promise<boolean>;
  /** Erases what law wanted kept, once it wants that no more. Idempotent. */
  eraseRetainedIn?(tx: Tx, userId: string): Promise<void>;
  /** What is handed to the person, by name. */
  readonly sections?: Readonly<Record<string, ReadSection>>;
}

/** Whose account ends. */
export interface Leaver {
  readonly userId: string;
  readonly now: EpochMs;
}

/** Shown where the name of someone who left would stand. */
export const nameOfLeavers = '탈퇴한 회원';

/** Reads a page of a person's own data. `after` is empty at first, then `next` of the page before. */
export type ReadSection = (
  read: Reader,
  page: { readonly userId: string; readonly after: string; readonly limit: number },
) => Promise<SectionPage>;

/** One page of a section. */
export interface SectionPage {
  /** Flat facts, times as ISO 8601. */
  readonly items: readonly object[];
  /** Where the next page begins; empty on the last one. */
  readonly next: string;
}

/** A page of rows that were read with one more than `limit`. */
export function sectionPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => object,
): SectionPage {
  const shown = rows.slice(0, limit);
  const next = rows.length > limit ? (shown.at(-1)?.id ?? '') : '';
  return { items: shown.map(show), next };
}

/** A time as it is handed to people. */
export function isoTime(time: EpochMs | null | undefined): string | null {
  return time === null || time === undefined ? null : new Date(time).toISOString();
}
