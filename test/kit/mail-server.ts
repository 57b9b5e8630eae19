import { SMTPServer } from 'smtp-server';
import { freePort } from './free-port.ts';
import { type ReadMail, readMail } from './read-mail.ts';
import { until } from './until.ts';

/** How a mail server answers a recipient. */
export type Mood = 'takes' | 'later' | 'never' | 'forgets';

/** A mail server on 127.0.0.1 that keeps what it takes. */
export interface MailServer {
  /** `smtp://127.0.0.1:PORT` */
  readonly url: string;
  /** Everything it took so far. */
  readonly mails: readonly ReadMail[];
  /** Recipients it was asked for, taken or not. */
  readonly asked: readonly string[];
  /**
   * `later` refuses recipients with 450, `never` with 550; `forgets` takes the mail and breaks the
   * connection instead of saying so.
   */
  mood: Mood;
  /** The mails to an address, in whatever case it was written, once there are so many. */
  mailsTo(address: string, count?: number, timeoutMs?: number): Promise<ReadMail[]>;
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

/** Starts it; it stops when the suite that asked stops it. */
export async function startMailServer(): Promise<MailServer> {
  const port = await freePort();
  const mails: ReadMail[] = [];
  const asked: string[] = [];
  let mood: Mood = 'takes';
  let running: SMTPServer | undefined;

  function create(): SMTPServer {
    return new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onRcptTo({ address }, _session, done) {
        asked.push(address);
        const refusal = { later: 450, never: 550, takes: 0, forgets: 0 }[mood];
        if (refusal === 0) done();
        else done(Object.assign(new Error('not this one'), { responseCode: refusal }));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push(readMail(Buffer.concat(chunks).toString('utf8')));
          if (mood === 'forgets') breakOff(session);
          else done();
        });
      },
    });
  }

  /** Ends the connection of a session without an answer. */
  function breakOff(session: { readonly id: string }): void {
    for (const connection of running?.connections ?? []) {
      if (Reflect.get(connection, 'id') !== session.id) continue;
      const socket: unknown = Reflect.get(connection, '_socket');
      if (socket instanceof Object && 'destroy' in socket && typeof socket.destroy === 'function') {
        socket.destroy();
      }
    }
  }

  async function comeUp(): Promise<void> {
    const server = create();
    // A client that goes away in the middle is not this server's fault.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    running = server;
  }

  async function goDown(): Promise<void> {
    const server = running;
    running = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(resolve));
  }

  await comeUp();
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    asked,
    get mood() {
      return mood;
    },
    set mood(next) {
      mood = next;
    },
    mailsTo(address, count = 1, timeoutMs = 45_000) {
      const come = () => {
        const found = mails.filter(({ to }) => to.toLowerCase().includes(address.toLowerCase()));
        return found.length >= count ? found : undefined;
      };
      return until(`${count} mails for ${address} came`, come, { timeoutMs });
    },
    goDown,
    comeUp,
  };
}
