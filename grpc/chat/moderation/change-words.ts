import { createHash } from 'node:crypto';
import type { UserActor } from '../../../common/auth/index.ts';
import { DomainError, InvalidArgument } from '../../../common/errors/index.ts';
import { newId } from '../../../common/ids.ts';
import { once, placeholders, type Reader, type Tx } from '../../db/index.ts';
import type { ChatWordListRow, ChatWordRow } from '../moderation-entities.ts';
import { type BannedWord, wordForm } from '../policy/word-matcher.ts';
import { operator } from '../word-lists.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { AddWordsInput, RemoveWordsInput } from './requests.ts';
import { requireListOwner } from './require-list-owner.ts';

/** Most words of one list. */
const maxWords = { operator: 10_000, seller: 1_000 } as const;

/** What became of a list. */
export interface ChangedWords {
  readonly changed: number;
  readonly words: number;
}

/**
 * Adds words to a list; one that is read like a word of the list takes its place. They count at
 * once in this process, and within two seconds in others. Once for each request id.
 * @throws PermissionDenied; InvalidArgument for a word without letters; DomainError LIMIT_REACHED
 */
export function addWords(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, ownerId, words, reason }: AddWordsInput,
): Promise<ChangedWords> {
  const change = { action: 'chat.addBannedWords', requestId, ownerId, input: [words, reason] };
  return changeList(deps, actor, change, async (tx, list, now) => {
    const byForm = new Map(words.map((word) => [formHash(word), word]));
    const known = new Set(await readForms(tx, ownerId, [...byForm.keys()]));
    const total = list.words + byForm.size - known.size;
    const max = ownerId === operator ? maxWords.operator : maxWords.seller;
    if (total > max) {
      const limits = { limit: String(max), owned: String(list.words) };
      throw new DomainError('LIMIT_REACHED', `a list holds at most ${max} words`, limits);
    }
    const rows = [...byForm].map(([hash, { word, action }]) => ({
      ...{ id: newId('wrd'), ownerId, formHash: hash, word, action },
      ...{ addedBy: actor.userId, addedAt: now },
    }));
    await deleteForms(tx, ownerId, [...known]);
    await tx.insert('chat_words', rows);
    await note(tx, {
      ...{ scopeId: ownerId, action: 'words_added', actorId: actor.userId, userId: '', reason },
      ...{ detail: { words }, at: now },
    });
    return { changed: rows.length, words: total };
  });
}

/** Removes words by id; unknown ones are passed over. Once for each request id. */
export function removeWords(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, ownerId, wordIds, reason }: RemoveWordsInput,
): Promise<ChangedWords> {
  const input = [wordIds, reason];
  const change = { action: 'chat.removeBannedWords', requestId, ownerId, input };
  return changeList(deps, actor, change, async (tx, list, now) => {
    const rows = await tx.rows<ChatWordRow>(
      `SELECT * FROM chat_words WHERE ownerId = ? AND id IN (${placeholders(wordIds)})`,
      [ownerId, ...wordIds],
    );
    if (rows.length === 0) return { changed: 0, words: list.words };
    const forms = rows.map((row) => row.formHash);
    await deleteForms(tx, ownerId, forms);
    await note(tx, {
      ...{ scopeId: ownerId, action: 'words_removed', actorId: actor.userId, userId: '', reason },
      ...{ detail: { words: rows.map(({ word, action }) => ({ word, action })) }, at: now },
    });
    return { changed: rows.length, words: list.words - rows.length };
  });
}

/** A page of a list, newest first, with one more than asked for if there are more. */
export function listWords(
  read: Reader,
  ownerId: string,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<ChatWordRow[]> {
  return read.rows<ChatWordRow>(
    `SELECT * FROM chat_words WHERE ownerId = ? AND id < ? ORDER BY id DESC
     LIMIT ${page.limit + 1}`,
    [ownerId, page.afterId ?? '~'],
  );
}

async function changeList(
  { db, clock, words }: ModerationDeps,
  actor: UserActor,
  change: { action: string; requestId: string; ownerId: string; input: unknown },
  work: (tx: Tx, list: ChatWordListRow, now: number) => Promise<ChangedWords>,
): Promise<ChangedWords> {
  const { action, requestId, ownerId, input } = change;
  requireListOwner(actor, ownerId);
  const key = { action, by: actor.userId, requestId, input: [ownerId, input] };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const list = await lockList(tx, ownerId);
      const answer = await work(tx, list, clock.now());
      await tx.execute('UPDATE chat_word_lists SET version = ?, words = ? WHERE ownerId = ?', [
        list.version + 1,
        answer.words,
        ownerId,
      ]);
      tx.afterCommit(() => words.outdate(ownerId));
      return answer;
    }),
  );
}

async function lockList(tx: Tx, ownerId: string): Promise<ChatWordListRow> {
  await tx.insertNew('chat_word_lists', [{ ownerId, version: 0, words: 0 }]);
  const row = await tx.row<ChatWordListRow>(
    `SELECT * FROM chat_word_lists WHERE ownerId = ?${tx.dialect.forUpdate}`,
    [ownerId],
  );
  if (row === undefined) throw new Error(`the list of ${ownerId} vanished`);
  return row;
}

function formHash({ word }: BannedWord): string {
  const form = wordForm(word);
  if (form === '') throw new InvalidArgument(`${word} has no letters`, { word });
  return createHash('sha256').update(form).digest('base64url');
}

async function readForms(
  tx: Tx,
  ownerId: string,
  hashes: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.rows<Pick<ChatWordRow, 'formHash'>>(
    `SELECT formHash FROM chat_words WHERE ownerId = ? AND formHash IN (${placeholders(hashes)})`,
    [ownerId, ...hashes],
  );
  return rows.map((row) => row.formHash);
}

async function deleteForms(tx: Tx, ownerId: string, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await tx.execute(
    `DELETE FROM chat_words WHERE ownerId = ? AND formHash IN (${placeholders(hashes)})`,
    [ownerId, ...hashes],
  );
}
