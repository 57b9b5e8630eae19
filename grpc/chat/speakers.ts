import type { Database, Reader, Writer } from '../db/index.ts';
import type { ChatSpeakerRow } from './moderation-entities.ts';
import { noPace, type Pace } from './policy/pace.ts';

/** Someone in a chat. */
export interface SpeakerKey {
  readonly broadcastId: string;
  readonly userId: string;
}

/** What is remembered of someone in a chat. */
export interface Speaker extends SpeakerKey {
  readonly pace: Pace;
  /** Whether a message of theirs ever had to wait. */
  readonly wasHeld: boolean;
}

export function speakerKey({ broadcastId, userId }: SpeakerKey): string {
  return `${broadcastId} ${userId}`;
}

/** Those who are remembered, by speakerKey. The lock of their chat keeps them as they are. */
export async function readSpeakers(
  read: Reader,
  keys: readonly SpeakerKey[],
): Promise<Map<string, Speaker>> {
  if (keys.length === 0) return new Map();
  const rows = await read.rows<ChatSpeakerRow>(
    `SELECT * FROM chat_speakers WHERE (broadcastId, userId) IN
     (${read.dialect.tupleList}${keys.map(() => '(?,?)').join(',')})`,
    keys.flatMap((key) => [key.broadcastId, key.userId]),
  );
  return new Map(rows.map((row) => [speakerKey(row), toSpeaker(row)]));
}

/** Someone who has said nothing yet. */
export function newSpeaker({ broadcastId, userId }: SpeakerKey): Speaker {
  return { broadcastId, userId, pace: noPace, wasHeld: false };
}

/** One statement for all. */
export async function writeSpeakers(to: Writer, speakers: readonly Speaker[]): Promise<void> {
  if (speakers.length === 0) return;
  const columns = ['lastSaidAt', 'floodAt', 'recent', 'wasHeld'];
  const assignments = columns.map((column) => `${column} = ${to.dialect.inserted(column)}`);
  await to.execute(
    `INSERT INTO chat_speakers (broadcastId, userId, ${columns.join(', ')})
     VALUES ${speakers.map(() => '(?,?,?,?,?,?)').join(',')}
     ${to.dialect.upsert(['broadcastId', 'userId'], assignments.join(', '))}`,
    speakers.flatMap(({ broadcastId, userId, pace, wasHeld }) => {
      const recent = JSON.stringify(pace.recent.map(({ at, gist }) => [at, gist]));
      return [broadcastId, userId, pace.lastSaidAt, pace.floodAt, recent, wasHeld ? 1 : 0];
    }),
  );
}

/** Milliseconds after which nothing that is remembered of someone can matter: twice any window. */
const memoryMs = 1_200_000;

/**
 * Forgets at most so many of those who long said nothing; answers how many. Of those of whom a
 * message waited only what they said: while it is kept it is known by them, until retention.
 */
export async function forgetSpeakers(db: Database, now: number, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const before = now - memoryMs;
    const rows = await tx.rows<Pick<ChatSpeakerRow, 'broadcastId' | 'userId' | 'wasHeld'>>(
      `SELECT broadcastId, userId, wasHeld FROM chat_speakers
       WHERE lastSaidAt < ? AND (wasHeld = 0 OR recent <> '[]')
       ORDER BY lastSaidAt LIMIT ${limit}`,
      [before],
    );
    const [kept, gone] = [rows.filter((row) => row.wasHeld), rows.filter((row) => !row.wasHeld)];
    // Asked again: someone may have spoken since.
    const stillSilent = (those: readonly SpeakerKey[]) =>
      `WHERE (broadcastId, userId) IN (${tx.dialect.tupleList}${those.map(() => '(?,?)').join(',')})
       AND lastSaidAt < ?`;
    const valuesOf = (those: readonly SpeakerKey[]) => [
      ...those.flatMap((row) => [row.broadcastId, row.userId]),
      before,
    ];
    if (kept.length > 0) {
      await tx.execute(
        `UPDATE chat_speakers SET recent = '[]' ${stillSilent(kept)}`,
        valuesOf(kept),
      );
    }
    if (gone.length > 0) {
      await tx.execute(
        `DELETE FROM chat_speakers ${stillSilent(gone)} AND wasHeld = 0`,
        valuesOf(gone),
      );
    }
    return rows.length;
  });
}

function toSpeaker(row: ChatSpeakerRow): Speaker {
  const { broadcastId, userId, lastSaidAt, floodAt } = row;
  // As writeSpeakers wrote it: a schema would take longer than what the chat is judged by.
  const said: readonly (readonly [at: number, gist: string])[] = JSON.parse(row.recent);
  const recent = said.map(([at, gist]) => ({ at, gist }));
  return { broadcastId, userId, pace: { lastSaidAt, floodAt, recent }, wasHeld: row.wasHeld === 1 };
}
