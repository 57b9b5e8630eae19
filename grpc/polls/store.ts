import { newId } from '../../common/ids.ts';
import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { PollAction, PollDeskRow, PollOptionRow, PollRow, PollVoteRow } from './entities.ts';
import type { CountedVote, NewVote } from './poll-rules.ts';

/** A poll with its options in order. */
export interface PollWithOptions extends PollRow {
  readonly options: readonly PollOptionRow[];
}

/** A broadcast's desk, locked; made if it is missing. */
export async function lockDesk(tx: Tx, broadcastId: string): Promise<PollDeskRow> {
  const lock = () =>
    tx.row<PollDeskRow>(`SELECT * FROM poll_desks WHERE broadcastId = ?${tx.dialect.forUpdate}`, [
      broadcastId,
    ]);
  const found = await lock();
  if (found !== undefined) return found;
  await tx.insertNew('poll_desks', [{ broadcastId, lastOrdinal: 0, openPollId: null }]);
  const made = await lock();
  if (made === undefined) throw new Error(`the desk of ${broadcastId} vanished`);
  return made;
}

/** Polls by id, locked in sorted order, with their options; unknown ids are left out. */
export async function lockPolls(tx: Tx, ids: readonly string[]): Promise<PollWithOptions[]> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length === 0) return [];
  const polls = await tx.rows<PollRow>(
    `SELECT * FROM polls WHERE id IN (${placeholders(sorted)}) ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
  return withOptions(tx, polls);
}

/** Writes a poll that was opened, and makes it the desk's. */
export async function insertPoll(tx: Tx, { options, ...poll }: PollWithOptions): Promise<void> {
  await Promise.all([
    tx.insert('polls', [{ ...poll }]),
    tx.insert(
      'poll_options',
      options.map((option) => ({ ...option })),
    ),
    tx.execute('UPDATE poll_desks SET lastOrdinal = ?, openPollId = ? WHERE broadcastId = ?', [
      poll.ordinal,
      poll.id,
      poll.broadcastId,
    ]),
  ]);
}

/** Writes that a locked poll was closed, and clears its desk. */
export async function writeClosed(tx: Tx, poll: PollRow): Promise<void> {
  await Promise.all([
    tx.execute('UPDATE polls SET status = ?, closedAt = ?, version = ? WHERE id = ?', [
      poll.status,
      poll.closedAt,
      poll.version,
      poll.id,
    ]),
    tx.execute('UPDATE poll_desks SET openPollId = NULL WHERE broadcastId = ? AND openPollId = ?', [
      poll.broadcastId,
      poll.id,
    ]),
  ]);
}

/** Notes who did what. */
export async function notePoll(
  tx: Tx,
  note: {
    readonly pollId: string;
    readonly action: PollAction;
    readonly actor: string;
    readonly at: number;
  },
): Promise<void> {
  await tx.insert('poll_history', [{ id: newId('aud'), ...note }]);
}

/** Writes the counts of a locked poll. */
export async function writeCounts(tx: Tx, poll: PollWithOptions): Promise<void> {
  await Promise.all([
    tx.execute('UPDATE polls SET voters = ?, version = ? WHERE id = ?', [
      poll.voters,
      poll.version,
      poll.id,
    ]),
    tx.execute(
      `UPDATE poll_options
       SET votes = CASE position ${poll.options.map(() => 'WHEN ? THEN ?').join(' ')} END
       WHERE pollId = ?`,
      [...poll.options.flatMap(({ position, votes }) => [position, votes]), poll.id],
    ),
  ]);
}

/** The votes that these voters have cast in these polls. */
export async function findVotes(
  read: Reader,
  votes: readonly Pick<NewVote, 'pollId' | 'userId'>[],
): Promise<CountedVote[]> {
  if (votes.length === 0) return [];
  const rows = await read.rows<PollVoteRow>(
    `SELECT * FROM poll_votes WHERE (pollId, userId) IN
     (${read.dialect.tupleList}${votes.map(() => '(?,?)').join(',')}) ORDER BY position`,
    votes.flatMap(({ pollId, userId }) => [pollId, userId]),
  );
  const byVoter = Map.groupBy(rows, ({ pollId, userId }) => `${pollId} ${userId}`);
  return [...byVoter.values()].flatMap((chosen) => {
    const [first] = chosen;
    if (first === undefined) return [];
    const { pollId, userId, requestId, votedAt } = first;
    return [{ pollId, userId, requestId, votedAt, choices: chosen.map((row) => row.position) }];
  });
}

export async function insertVotes(tx: Tx, votes: readonly CountedVote[]): Promise<void> {
  await tx.insert(
    'poll_votes',
    votes.flatMap(({ choices, ...vote }) => choices.map((position) => ({ ...vote, position }))),
  );
}

export async function readPoll(read: Reader, id: string): Promise<PollWithOptions | undefined> {
  return (await readPolls(read, [id]))[0];
}

/** Polls by id; unknown ids are left out. */
export async function readPolls(read: Reader, ids: readonly string[]): Promise<PollWithOptions[]> {
  if (ids.length === 0) return [];
  const polls = await read.rows<PollRow>(
    `SELECT * FROM polls WHERE id IN (${placeholders(ids)}) ORDER BY id`,
    ids,
  );
  return withOptions(read, polls);
}

/** The newest poll of a broadcast, if there is any. */
export async function readLatest(
  read: Reader,
  broadcastId: string,
): Promise<PollWithOptions | undefined> {
  const poll = await read.row<PollRow>(
    'SELECT * FROM polls WHERE broadcastId = ? ORDER BY ordinal DESC LIMIT 1',
    [broadcastId],
  );
  return poll === undefined ? undefined : (await withOptions(read, [poll]))[0];
}

/** Polls of a broadcast that came before the poll `afterId`, newest first. */
export async function listPolls(
  read: Reader,
  query: { broadcastId: string; afterId: string | undefined; limit: number },
): Promise<PollWithOptions[]> {
  const { broadcastId, afterId, limit } = query;
  const after = afterId === undefined ? undefined : await readPoll(read, afterId);
  const polls = await read.rows<PollRow>(
    `SELECT * FROM polls WHERE broadcastId = ? AND ordinal < ?
     ORDER BY ordinal DESC LIMIT ${limit + 1}`,
    [broadcastId, after?.ordinal ?? Number.MAX_SAFE_INTEGER],
  );
  return withOptions(read, polls);
}

async function withOptions(read: Reader, polls: readonly PollRow[]): Promise<PollWithOptions[]> {
  if (polls.length === 0) return [];
  const rows = await read.rows<PollOptionRow>(
    `SELECT * FROM poll_options WHERE pollId IN (${placeholders(polls)}) ORDER BY position`,
    polls.map((poll) => poll.id),
  );
  const byPoll = Map.groupBy(rows, (row) => row.pollId);
  return polls.map((poll) => ({ ...poll, options: byPoll.get(poll.id) ?? [] }));
}
