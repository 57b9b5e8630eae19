import type { Database, Reader, Tx } from '../db/index.ts';
import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { FollowRow } from './entities.ts';
import { type FollowSide, listFollows, lockCounts, writeChanges } from './store.ts';

/** Follows taken away at once. */
const biteRows = 1_000;

/** What follows hold of people: whom they follow, and who follows them. */
export function createFollowsPersonalData({ db }: { readonly db: Database }): PersonalData {
  return {
    /** Those whom they followed, and of a seller those who followed them. */
    async eraseRest(userId) {
      const bites = [{ userId }, { sellerId: userId }].map((side) =>
        db.transaction((tx) => eraseBite(tx, side)),
      );
      const erased = await Promise.all(bites);
      return erased.every((rows) => rows < biteRows);
    },
    sections: {
      async follows(read, { userId, after, limit }) {
        const rows = await listFollows(read, { userId }, { afterId: after || undefined, limit });
        return sectionPage(rows, limit, ({ sellerId, followedAt }) => {
          return { sellerId, followedAt: isoTime(followedAt) };
        });
      },
    },
  };
}

async function eraseBite(tx: Tx, side: FollowSide): Promise<number> {
  const first = await read(tx, side);
  if (first.length === 0) return 0;
  const counts = await lockCounts(
    tx,
    first.map((row) => row.sellerId),
    new Set(),
  );
  // Again under the locks: they may have been taken away meanwhile.
  const rows = (await read(tx, side)).filter((row) => counts.has(row.sellerId));
  for (const { sellerId } of rows) counts.set(sellerId, (counts.get(sellerId) ?? 1) - 1);
  await writeChanges(tx, { added: [], removedIds: rows.map((row) => row.id), counts });
  return first.length;
}

async function read(reader: Reader, side: FollowSide): Promise<FollowRow[]> {
  return (await listFollows(reader, side, { afterId: undefined, limit: biteRows })).slice(
    0,
    biteRows,
  );
}
