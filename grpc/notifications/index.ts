import { serviceSecret } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import { jobOf } from '../../common/jobs.ts';
import { createSealer } from '../../common/seal.ts';
import { insertJobs, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import type { Vault } from '../vault/index.ts';
import { createMailer } from './mailer.ts';
import { notificationsPersonalData } from './personal-data.ts';
import { type MailResult, mailCell, sendMails } from './send-mails.ts';
import type { MailContent, MailTemplate } from './templates.ts';

export { notificationsEntities } from './entities.ts';
export { createNotificationsService } from './service.ts';

/** A mail to queue. */
export interface NewMail extends MailContent {
  readonly template: MailTemplate;
  readonly userId: string;
  /** The address. */
  readonly to: string;
  /** After that nobody needs it, and it is not sent any more. */
  readonly expiresAt: EpochMs;
}

/** What we tell people outside of the product. */
export interface Notifications {
  /**
   * Queues mails that are sent once the transaction is committed, and not otherwise. Those to an
   * account without an e-mail are left out.
   */
  queueMailsIn(tx: Tx, mails: readonly NewMail[], now: EpochMs): Promise<void>;
  sendMails(mailIds: readonly string[]): Promise<MailResult[]>;
  readonly personalData: PersonalData;
  close(): void;
}

export function createNotifications(domainDeps: DomainDeps): Notifications {
  const { config, vault } = domainDeps;
  const formerSealer = createSealer(serviceSecret(config), 'mails');
  const mailer = createMailer(config);
  const deps = { ...domainDeps, formerSealer, mailer };
  return {
    async queueMailsIn(tx, mails, now) {
      const rows = mails.filter(({ to }) => to !== '').map((mail) => toRow(vault, mail, now));
      if (rows.length === 0) return;
      await tx.insert('mails', rows);
      const jobs = rows.map(({ id }) => jobOf('notifications.send-mail', { mailId: id }, now));
      await insertJobs(tx, jobs, now);
    },
    sendMails: (mailIds) => sendMails(deps, mailIds),
    personalData: notificationsPersonalData,
    close: () => mailer.close(),
  };
}

/** Nothing personal stands in the table in the clear: links in mails are keys to accounts. */
function toRow(vault: Vault, mail: NewMail, now: EpochMs) {
  const { template, userId, expiresAt, to, name, language, link, note } = mail;
  const id = newId('mal');
  return {
    id,
    userId,
    template,
    sealed: vault.seal(JSON.stringify({ to, name, language, link, note }), mailCell(id)),
    createdAt: now,
    expiresAt,
    attempts: 0,
    sentAt: null,
    lastError: null,
  };
}
