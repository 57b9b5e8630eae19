import { setTimeout as delay } from 'node:timers/promises';
import type { DomainDeps } from '../domain-deps.ts';
import { forEachRow } from './for-each-row.ts';
import { openKeyRing } from './key-ring.ts';
import type { MasterKeys } from './master-keys/create-master-keys.ts';
import { type SealedPlace, sealedPlaces } from './sealed-column.ts';
import {
  activeDataKeys,
  countSealed,
  ensureNextDataKey,
  retireDataKey,
  wrapNewKey,
} from './store.ts';
import { createVault, prefixOf, type Vault } from './vault.ts';

/** What rotating is made of. */
export interface RotateDeps extends Pick<DomainDeps, 'db' | 'clock'> {
  readonly masterKeys: MasterKeys;
  /**
   * Milliseconds between making a key and sealing with it, in which every process hears of it:
   * they look every five seconds.
   */
  readonly leadMs: number;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface Rotation {
  /** The key that everything is sealed with now. */
  readonly keyId: string;
  readonly resealed: number;
  readonly retired: readonly string[];
  /** Rows that can't be opened and so were left, as `table.column id`. Their keys stay active. */
  readonly broken: readonly string[];
}

/**
 * Makes a new data key, seals everything anew with it while the platform runs, and retires the keys
 * before it once nothing is sealed with them. Killed at any moment, it goes on where it was when it
 * is run again, and makes no further key then. Any number may run at once.
 */
export async function rotateDataKeys(deps: RotateDeps): Promise<Rotation> {
  const { db, clock, signal } = deps;
  const keyId = await nextKey(deps);
  const keys = await openKeyRing(deps);
  const vault = createVault({ ...keys, current: () => keyNamed(keys.find(keyId), keyId) });
  let resealed = 0;
  const broken: string[] = [];
  for (const place of sealedPlaces(db.source)) {
    const outcome = await resealPlace(deps, vault, place, keyId);
    resealed += outcome.resealed;
    broken.push(...outcome.broken);
  }
  const retired: string[] = [];
  for (const { id } of await activeDataKeys(db.primary)) {
    if (id === keyId || signal?.aborted === true) continue;
    const uses = await countSealed(db, id);
    if (uses > 0) continue;
    await db.transaction((tx) => retireDataKey(tx, id, clock.now()));
    retired.push(id);
  }
  return { keyId, resealed, retired, broken };
}

/** Id of the newest key, from when it seals. */
async function nextKey({ db, clock, masterKeys, leadMs, signal }: RotateDeps): Promise<string> {
  const now = clock.now();
  const draft = await wrapNewKey(masterKeys.current, 'seal', now, now + leadMs);
  const next = await db.transaction((tx) => ensureNextDataKey(tx, draft));
  const waitMs = next.sealsFrom - clock.now();
  if (waitMs > 0) await delay(waitMs, undefined, signal === undefined ? {} : { signal });
  return next.id;
}

function keyNamed(key: Buffer | undefined, id: string) {
  if (key === undefined) throw new Error(`the data key ${id} is missing`);
  return { id, key };
}

/** Rows sealed anew in one go. */
const pageSize = 100;

async function resealPlace(
  { db, signal }: RotateDeps,
  vault: Vault,
  { table, column, key }: SealedPlace,
  keyId: string,
): Promise<{ resealed: number; broken: string[] }> {
  const broken = new Set<string>();
  let resealed = 0;
  let before: number;
  do {
    before = resealed;
    const page = (afterId: string) =>
      db.primary.rows<{ id: string; sealed: string }>(
        `SELECT ${key} AS id, ${column} AS sealed FROM ${table}
         WHERE ${key} > ? AND ${column} LIKE 'v1.dek#_%' ESCAPE '#' AND ${column} NOT LIKE ?
         ORDER BY ${key} LIMIT ${pageSize}`,
        [afterId, `${prefixOf(keyId)}%`],
      );
    const reseal = async ({ id, sealed }: { id: string; sealed: string }) => {
      const anew = await sealAnew(vault, sealed, { table, column, id });
      if (anew === undefined) broken.add(id);
      else {
        // Unless someone wrote something else meanwhile, which is sealed with the newest key.
        const sql = `UPDATE ${table} SET ${column} = ? WHERE ${key} = ? AND ${column} = ?`;
        resealed += await db.transaction((tx) => tx.execute(sql, [anew, id, sealed]));
      }
    };
    await forEachRow(page, reseal, signal);
    // Again, for what was sealed meanwhile by a process that had not heard of the key.
  } while (resealed > before && signal?.aborted !== true);
  return { resealed, broken: [...broken].map((id) => `${table}.${column} ${id}`) };
}

async function sealAnew(
  vault: Vault,
  sealed: string,
  cell: Parameters<Vault['seal']>[1],
): Promise<string | undefined> {
  try {
    await vault.ready(sealed);
    return vault.seal(vault.open(sealed, cell), cell);
  } catch {
    return undefined;
  }
}
