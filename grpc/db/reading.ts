import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';

export interface ReadingOptions<Row> {
  /** Names the queue in errors. */
  readonly name: string;
  /** Reads that may wait; one more is refused with OVERLOADED. */
  readonly maxQueue: number;
  /** Reads rows by id, each id once; unknown ids are left out. */
  readonly read: (ids: readonly string[]) => Promise<readonly Row[]>;
}

/** Most ids in one read. */
const maxIds = 200;

/**
 * Reads by id, those that are asked for while one is under way together: a busy service asks the
 * database once for many people. A read begins after it was asked for, so it sees whatever was
 * committed by then.
 */
export function createReading<Row extends { readonly id: string }>({
  name,
  maxQueue,
  read,
}: ReadingOptions<Row>): Coalescer<string, Row | undefined> {
  return createCoalescer({
    ...{ name, maxQueue, maxBatch: maxIds },
    async run(ids) {
      const rows = await read([...new Set(ids)]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => ({ status: 'fulfilled', value: byId.get(id) }));
    },
  });
}
