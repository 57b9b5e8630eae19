import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Config } from '../../common/config.ts';
import type { WrittenMail } from './templates.ts';

/** A mail on its way. */
export interface Letter extends WrittenMail {
  /** The same each time it is sent, so that a mail that came twice is known by it. */
  readonly mailId: string;
  readonly to: { readonly name: string; readonly address: string };
}

/** What became of an attempt. */
export type Delivery =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly reason: string }
  /** The server will never take it. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Hands mails to a mail server. */
export interface Mailer {
  deliver(letter: Letter): Promise<Delivery>;
  close(): void;
}

/** Over SMTP_URL; without it, as .eml files under mails/ in the data folder. */
export function createMailer(config: Config): Mailer {
  return config.SMTP_URL === undefined
    ? createFileMailer(config)
    : createSmtpMailer(config, config.SMTP_URL);
}

/** Mails under way at once in one process; each has its own connection. */
const maxConnections = 5;

function createSmtpMailer(config: Config, smtpUrl: string): Mailer {
  const { hostname, port, username, password, protocol } = new URL(smtpUrl);
  const secure = protocol === 'smtps:';
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const timeout = config.SMTP_TIMEOUT_MS;
  const transport = createTransport({
    pool: true,
    maxConnections,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === '' ? {} : { auth, requireTLS: !secure && config.ONAIR_ENV === 'production' }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async deliver(letter) {
      try {
        await transport.sendMail(toMessage(config, letter));
        return { kind: 'sent' };
      } catch (error) {
        return judge(error);
      }
    },
    close: () => transport.close(),
  };
}

/**
 * A server that said 5xx to the mail itself will say so again (RFC 5321, 4.2.1). A wrong login or a
 * server that is away is ours to mend, and the mail is as good later.
 */
function judge(error: unknown): Delivery {
  const { responseCode, code } = Object.assign({ responseCode: 0, code: '' }, error);
  // Servers like to repeat the address, and reasons are kept and logged.
  const said = String(error instanceof Error ? error.message : error);
  const reason = said.replace(/[^\s<>@]+@[^\s<>@]+/g, 'address').slice(0, 500);
  const aboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return { kind: aboutMail && responseCode >= 500 ? 'failed' : 'retry', reason };
}

function createFileMailer(config: Config): Mailer {
  const folder = join(config.DATA_DIR, 'mails');
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async deliver(letter) {
      const { message } = await composer.sendMail(toMessage(config, letter));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${letter.mailId}.eml`);
      await writeFile(`${file}.part`, message, { mode: 0o600 });
      await rename(`${file}.part`, file);
      return { kind: 'sent' };
    },
    close: () => undefined,
  };
}

function toMessage(config: Config, { mailId, to, subject, text, html }: Letter) {
  const domain = /@([\w.-]+)/.exec(config.MAIL_FROM)?.[1] ?? 'onair.local';
  return {
    from: config.MAIL_FROM,
    to,
    subject,
    text,
    html,
    messageId: `<${mailId}@${domain}>`,
    // Nobody's holiday notice should come back (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
