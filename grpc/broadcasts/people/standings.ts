import { placeholders, type Reader } from '../../db/index.ts';
import { readBroadcasts } from '../store.ts';

/** End of a ban that has none: the last millisecond that a date can hold. */
export const forGood = 8_640_000_000_000_000;

/** Someone and a broadcast. */
export interface StandingKey {
  readonly broadcastId: string;
  readonly userId: string;
}

/** What someone is in a broadcast. */
export interface Standing {
  /** Someone who is kept out moderates nothing. */
  readonly role: 'host' | 'moderator' | 'viewer';
  /** Until when they are kept out, if they are now: epoch milliseconds, `forGood` at most. */
  readonly bannedUntil?: number;
}

/**
 * What each of these is now, in the order given; two queries for any number, one where the hosts of
 * the broadcasts are known. In a broadcast that does not exist everyone is a viewer. Pass the primary, or a transaction, where a ban of a moment
 * ago must count.
 */
export async function standingsOf(
  read: Reader,
  pairs: readonly StandingKey[],
  now: number,
  known?: ReadonlyMap<string, string>,
): Promise<Standing[]> {
  if (pairs.length === 0) return [];
  const hosts = known ?? (await readHosts(read, pairs));
  const marks = await readMarks(read, scopesOf(pairs, hosts), now);
  return pairs.map(({ broadcastId, userId }) => {
    const host = hosts.get(broadcastId);
    if (host === undefined) return { role: 'viewer' };
    if (host === userId) return { role: 'host' };
    const here = marks.get(`${broadcastId} ${userId}`);
    const bannedUntil = Math.max(
      here?.bannedUntil ?? 0,
      marks.get(`${host} ${userId}`)?.bannedUntil ?? 0,
    );
    if (bannedUntil > 0) return { role: 'viewer', bannedUntil };
    return { role: here?.moderates === true ? 'moderator' : 'viewer' };
  });
}

async function readHosts(
  read: Reader,
  pairs: readonly StandingKey[],
): Promise<ReadonlyMap<string, string>> {
  const broadcasts = await readBroadcasts(read, [...new Set(pairs.map((one) => one.broadcastId))]);
  return new Map(broadcasts.map((row) => [row.id, row.sellerId]));
}

interface Marks {
  moderates: boolean;
  bannedUntil: number;
}

type Scope = readonly [scopeId: string, userId: string];

function scopesOf(
  pairs: readonly StandingKey[],
  hosts: ReadonlyMap<string, string>,
): readonly Scope[] {
  return pairs.flatMap(({ broadcastId, userId }): Scope[] => {
    const host = hosts.get(broadcastId);
    if (host === undefined) return [];
    return [
      [broadcastId, userId],
      [host, userId],
    ];
  });
}

interface MarkRow {
  readonly scopeId: string;
  readonly userId: string;
  /** Null for a moderator. */
  readonly until: number | null;
}

/** Fewer are asked for by name in any case. */
const crowd = 8;

async function readMarks(
  read: Reader,
  scopes: readonly Scope[],
  now: number,
): Promise<ReadonlyMap<string, Marks>> {
  const marks = new Map<string, Marks>();
  if (scopes.length === 0) return marks;
  const all = scopes.length < crowd ? undefined : await readShortLists(read, scopes, now);
  for (const { scopeId, userId, until } of all ?? (await readByName(read, scopes, now))) {
    const key = `${scopeId} ${userId}`;
    const mark = marks.get(key) ?? { moderates: false, bannedUntil: 0 };
    if (until === null) mark.moderates = true;
    else mark.bannedUntil = until;
    marks.set(key, mark);
  }
  return marks;
}

/**
 * Everyone who has a mark there, or undefined where they are more than those who are asked for: few
 * are banned, and a crowd is told apart from them at a tenth of what a question by names costs.
 */
async function readShortLists(
  read: Reader,
  scopes: readonly Scope[],
  now: number,
): Promise<readonly MarkRow[] | undefined> {
  const ids = [...new Set(scopes.map(([scopeId]) => scopeId))];
  const most = scopes.length;
  const rows = await read.rows<MarkRow>(
    `SELECT * FROM (SELECT broadcastId AS scopeId, userId, NULL AS until
       FROM broadcast_moderators WHERE broadcastId IN (${placeholders(ids)}) LIMIT ?) m
     UNION ALL
     SELECT * FROM (SELECT scopeId, userId, expiresAt AS until
       FROM viewer_bans WHERE scopeId IN (${placeholders(ids)}) LIMIT ?) b`,
    [...ids, most, ...ids, most],
  );
  // Bans that are over are counted too, so that no more is read however many there are.
  if (rows.length >= most) return undefined;
  return rows.filter(({ until }) => until === null || until > now);
}

function readByName(
  read: Reader,
  scopes: readonly Scope[],
  now: number,
): Promise<readonly MarkRow[]> {
  const keys = `(${read.dialect.tupleList}${scopes.map(() => '(?,?)').join(',')})`;
  return read.rows<MarkRow>(
    `SELECT broadcastId AS scopeId, userId, NULL AS until FROM broadcast_moderators
     WHERE (broadcastId, userId) IN ${keys}
     UNION ALL
     SELECT scopeId, userId, expiresAt AS until FROM viewer_bans
     WHERE (scopeId, userId) IN ${keys} AND expiresAt > ?`,
    [...scopes.flat(), ...scopes.flat(), now],
  );
}

/** Broadcasts of a seller that people may be watching now. */
export async function roomsOfSeller(read: Reader, sellerId: string): Promise<string[]> {
  const rows = await read.rows<{ id: string }>(
    `SELECT DISTINCT b.id FROM broadcasts b JOIN broadcast_rooms r ON r.broadcastId = b.id
     WHERE b.sellerId = ?`,
    [sellerId],
  );
  return rows.map((row) => row.id);
}
