import { newId } from '../../../common/ids.ts';
import type { Reader, Tx } from '../../db/index.ts';
import type { ChatModerationRow } from '../moderation-entities.ts';

/** Something that was done to keep order. */
export interface Entry
  extends Pick<ChatModerationRow, 'scopeId' | 'action' | 'actorId' | 'userId' | 'reason' | 'at'> {
  /** What exactly; must survive JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Keeps who did what and why, with the transaction that did it. */
export async function note(tx: Tx, { detail, ...entry }: Entry): Promise<void> {
  const row = { id: newId('mod'), ...entry, detail: JSON.stringify(detail) };
  await tx.insert('chat_moderation', [row]);
}

/** A page of entries, newest first, with one more than asked for if there are more. */
export function listEntries(
  read: Reader,
  scopeId: string,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<ChatModerationRow[]> {
  return read.rows<ChatModerationRow>(
    `SELECT * FROM chat_moderation WHERE scopeId = ? AND id < ?
     ORDER BY id DESC LIMIT ${page.limit + 1}`,
    [scopeId, page.afterId ?? '~'],
  );
}
