import { createHash, randomBytes } from 'node:crypto';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { AccountLinkRow, LinkKind } from './entities.ts';
import { emailIndexOf } from './personal-columns.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

const minuteMs = 60_000;

/** Milliseconds for which a link works. */
export const linkLifetimeMs: Readonly<Record<LinkKind, number>> = {
  verify_email: 24 * 60 * minuteMs,
  reset_password: 30 * minuteMs,
  change_email: 24 * 60 * minuteMs,
};

const pages: Readonly<Record<LinkKind, string>> = {
  verify_email: 'verify-email',
  reset_password: 'reset-password',
  change_email: 'change-email',
};

/**
 * Makes a link, voids older ones of the kind, and queues the mail that carries it.
 * @param newEmail of a link that changes the e-mail, which then is mailed there
 */
export async function mailLinkIn(
  deps: UsersDeps,
  tx: Tx,
  user: User,
  kind: LinkKind,
  now: EpochMs,
  newEmail?: string,
): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now + linkLifetimeMs[kind];
  await voidLinksIn(tx, user.id, kind);
  const tokenHash = hashToken(token);
  const to = newEmail ?? user.email;
  const id = newId('lnk');
  const emailKey = emailIndexOf(deps, to);
  const sealedEmail = newEmail === undefined ? null : deps.vault.seal(newEmail, cellOf(id));
  const link = { id, userId: user.id, kind, tokenHash, emailKey, sealedEmail };
  await tx.insert('account_links', [{ ...link, createdAt: now, expiresAt }]);
  const { name, language, id: userId } = user;
  const mail = { template: kind, userId, to, name, language, link: urlOf(deps, kind, token) };
  await deps.notifications.queueMailsIn(tx, [{ ...mail, expiresAt }], now);
}

/** The token stands behind a #, which browsers send to nobody and no server logs. */
function urlOf({ config }: UsersDeps, kind: LinkKind, token: string): string {
  return `${config.WEB_URL.replace(/\/+$/, '')}/account/${pages[kind]}#token=${token}`;
}

/** The e-mail that a link makes an account's; undefined of other links. */
export async function newEmailOf(
  { vault }: Pick<UsersDeps, 'vault'>,
  { id, sealedEmail }: AccountLinkRow,
): Promise<string | undefined> {
  if (sealedEmail === null) return undefined;
  await vault.ready(sealedEmail);
  return vault.open(sealedEmail, cellOf(id));
}

function cellOf(id: string) {
  return { table: 'account_links', column: 'sealedEmail', id };
}

/** Links of that kind stop working, whether they were used or not. */
export async function voidLinksIn(tx: Tx, userId: string, kind: LinkKind): Promise<void> {
  await tx.execute('DELETE FROM account_links WHERE userId = ? AND kind = ?', [userId, kind]);
}

/**
 * The link of a token, without a lock: look again under the account's.
 * @throws DomainError LINK_NOT_VALID when it is too old, was used or voided, or never was
 */
export async function findLink(
  reader: Reader,
  kind: LinkKind,
  token: string,
  now: EpochMs,
): Promise<AccountLinkRow> {
  const link = await reader.row<AccountLinkRow>(
    'SELECT * FROM account_links WHERE tokenHash = ? AND kind = ?',
    [hashToken(token), kind],
  );
  if (link === undefined || link.expiresAt <= now) {
    throw new DomainError('LINK_NOT_VALID', 'the link is too old, was used, or never was');
  }
  return link;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
