import { z } from 'zod';
import type { Sealer } from '../../common/seal.ts';
import { placeholders, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { isSealed } from '../vault/index.ts';
import type { MailRow } from './entities.ts';
import type { Delivery, Mailer } from './mailer.ts';
import { writeMail } from './templates.ts';

export interface SendMailsDeps extends DomainDeps {
  /** Opens mails that were queued before they were sealed by the vault. */
  readonly formerSealer: Sealer;
  readonly mailer: Mailer;
}

/** What is sealed of a mail. */
export const sealedMail = z.object({
  to: z.string(),
  name: z.string(),
  language: z.enum(['ko', 'en']),
  link: z.string().optional(),
  note: z.string().optional(),
});

/** What became of a mail: handed over or not needed any more, or not yet, or never. */
export type MailResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry' | 'failed'; readonly reason: string };

/**
 * Sends those of the mails that were not sent yet, and answers for each in the order given. Killed
 * between the server's OK and the note of it, a mail is sent again under the same Message-ID.
 * What is sealed in a mail is forgotten when it was sent, or is not needed any more.
 */
export async function sendMails(
  deps: SendMailsDeps,
  mailIds: readonly string[],
): Promise<MailResult[]> {
  if (mailIds.length === 0) return [];
  const rows = await deps.db.primary.rows<MailRow>(
    `SELECT * FROM mails WHERE id IN (${placeholders(mailIds)})`,
    mailIds,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return Promise.all(
    mailIds.map((id): Promise<MailResult> => {
      const row = byId.get(id);
      if (row === undefined) return Promise.resolve({ kind: 'failed', reason: 'no such mail' });
      return sendMail(deps, row);
    }),
  );
}

async function sendMail(deps: SendMailsDeps, row: MailRow): Promise<MailResult> {
  const { db, clock } = deps;
  if (row.sealed === null) return { kind: 'done' };
  if (row.expiresAt <= clock.now()) {
    await db.transaction((tx) => noteEnd(tx, row.id, null, 'not sent in time'));
    return { kind: 'failed', reason: 'not sent in time' };
  }
  const opened = await openMail(deps, row.id, row.sealed);
  if (opened === undefined) return { kind: 'failed', reason: 'it can not be opened' };
  const delivery = await deliver(deps, row, opened);
  const now = clock.now();
  await db.transaction(async (tx) => {
    if (delivery.kind === 'sent') return noteEnd(tx, row.id, now, null);
    const set = 'attempts = attempts + 1, lastError = ?';
    await tx.execute(`UPDATE mails SET ${set} WHERE id = ? AND sealed IS NOT NULL`, [
      delivery.reason,
      row.id,
    ]);
  });
  return delivery.kind === 'sent' ? { kind: 'done' } : delivery;
}

async function openMail(
  { vault, formerSealer, log }: SendMailsDeps,
  id: string,
  sealed: string,
): Promise<string | undefined> {
  if (!isSealed(sealed)) return formerSealer.open(sealed);
  await vault.ready(sealed);
  try {
    return vault.open(sealed, mailCell(id));
  } catch (error) {
    log.error({ err: error, mailId: id }, 'a mail can not be opened');
    return undefined;
  }
}

/** Where the content of a mail is sealed. */
export function mailCell(id: string) {
  return { table: 'mails', column: 'sealed', id };
}

function deliver(
  { mailer }: SendMailsDeps,
  { id, template }: MailRow,
  opened: string,
): Promise<Delivery> {
  const { to, ...content } = sealedMail.parse(JSON.parse(opened));
  const written = writeMail(template, content);
  return mailer.deliver({
    ...written,
    mailId: id,
    to: { name: content.name.replace(/\s+/g, ' '), address: to },
  });
}

async function noteEnd(
  tx: Tx,
  mailId: string,
  sentAt: number | null,
  lastError: string | null,
): Promise<void> {
  await tx.execute(
    `UPDATE mails SET sealed = NULL, sentAt = ?, attempts = attempts + 1, lastError = ?
     WHERE id = ? AND sealed IS NOT NULL`,
    [sentAt, lastError, mailId],
  );
}
