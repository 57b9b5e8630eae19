import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../common/ids.ts';
import { accountsSchema, createTestAccounts, type TestAccounts } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type MailServer, startMailServer } from '../../test/kit/mail-server.ts';
import { readMail } from '../../test/kit/read-mail.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database, JobRow } from '../db/index.ts';
import type { MailRow } from './entities.ts';
import type { NewMail } from './index.ts';

describeOnBothDatabases(
  'mails',
  (open) => {
    let db: Database;
    let server: MailServer;
    let test: TestAccounts;
    beforeAll(async () => {
      [db, server] = await Promise.all([open(), startMailServer()]);
    });
    afterAll(() => server.goDown());
    beforeEach(() => {
      server.mood = 'takes';
      test = createTestAccounts(db, {
        SMTP_URL: server.url,
        MAIL_FROM: '온에어 <no-reply@onair.kr>',
        SMTP_TIMEOUT_MS: '2000',
      });
    });
    afterEach(() => test.notifications.close());

    let number = 0;
    const mail = (more: Partial<NewMail> = {}): NewMail => {
      number += 1;
      return {
        template: 'verify_email',
        userId: newId('usr'),
        to: `reader${number}@example.com`,
        name: '홍 <길동>',
        language: 'ko',
        link: 'https://onair.kr/account/verify-email#token=abc_DEF-1',
        expiresAt: test.now() + 60_000,
        ...more,
      };
    };
    const rowsOf = (userId: string) =>
      db.read.rows<MailRow>('SELECT * FROM mails WHERE userId = ?', [userId]);
    async function queue(one: NewMail, through = test): Promise<string> {
      await db.transaction((tx) => through.notifications.queueMailsIn(tx, [one], test.now()));
      return (await rowsOf(one.userId))[0]?.id ?? '';
    }

    it('arrive as text and HTML in the reader’s language, under an id of their own', async () => {
      const [ko, en] = [mail(), mail({ language: 'en', name: 'Hong' })];
      const ids = [await queue(ko), await queue(en)];
      expect(await test.notifications.sendMails(ids)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
      const [korean] = await server.mailsTo(ko.to);
      expect(korean).toMatchObject({
        messageId: `<${ids[0]}@onair.kr>`,
        subject: '[온에어] 이메일 주소를 확인해 주세요',
        from: expect.stringContaining('<no-reply@onair.kr>'),
      });
      expect(korean?.text).toContain('홍 <길동>님, 안녕하세요.');
      expect(korean?.text).toContain('https://onair.kr/account/verify-email#token=abc_DEF-1');
      expect(korean?.html).toContain('홍 &lt;길동&gt;님');
      expect(korean?.html).toContain(
        'href="https://onair.kr/account/verify-email#token=abc_DEF-1"',
      );
      const [english] = await server.mailsTo(en.to);
      expect(english?.subject).toBe('[온에어] Please confirm your e-mail address');
      expect(english?.text).toContain('Hello Hong,');
    });

    it('are sent once, however often they are asked for, and keep nothing personal then', async () => {
      const one = mail();
      const id = await queue(one);
      for (let i = 0; i < 3; i += 1) await test.notifications.sendMails([id]);
      expect(await server.mailsTo(one.to)).toHaveLength(1);
      expect(await rowsOf(one.userId)).toMatchObject([{ sealed: null, sentAt: test.now() }]);
    });

    it('are queued with their job or not at all, and unreadable while they wait', async () => {
      const [kept, lost] = [mail(), mail()];
      const id = await queue(kept);
      await expect(
        db.transaction(async (tx) => {
          await test.notifications.queueMailsIn(tx, [lost], test.now());
          throw new Error('rolled back');
        }),
      ).rejects.toThrow('rolled back');
      expect(await rowsOf(lost.userId)).toEqual([]);
      const jobs = await db.read.rows<JobRow>('SELECT * FROM jobs');
      expect(jobs.filter(({ payload }) => payload.includes(id))).toMatchObject([
        { kind: 'notifications.send-mail', state: 'live' },
      ]);
      const stored = JSON.stringify([await rowsOf(kept.userId), jobs]);
      for (const secret of [kept.to, 'abc_DEF-1', '길동']) expect(stored).not.toContain(secret);
    });

    it('come again under the same id when the server took one without saying so', async () => {
      const one = mail();
      const id = await queue(one);
      server.mood = 'forgets';
      expect(await test.notifications.sendMails([id])).toMatchObject([{ kind: 'retry' }]);
      server.mood = 'takes';
      expect(await test.notifications.sendMails([id])).toEqual([{ kind: 'done' }]);
      const came = await server.mailsTo(one.to, 2);
      expect(new Set(came.map(({ messageId }) => messageId))).toEqual(
        new Set([`<${id}@onair.kr>`]),
      );
    });

    it('wait for a server that is away or wants them later', async () => {
      const one = mail();
      const id = await queue(one);
      server.mood = 'later';
      expect(await test.notifications.sendMails([id])).toMatchObject([{ kind: 'retry' }]);
      await server.goDown();
      expect(await test.notifications.sendMails([id])).toMatchObject([{ kind: 'retry' }]);
      expect(await rowsOf(one.userId)).toMatchObject([{ attempts: 2, sentAt: null }]);
      await server.comeUp();
      server.mood = 'takes';
      expect(await test.notifications.sendMails([id])).toEqual([{ kind: 'done' }]);
      expect(await server.mailsTo(one.to)).toHaveLength(1);
    });

    it('fail for good when the server will never take them, nobody needs them, or none can read them', async () => {
      server.mood = 'never';
      const refused = await queue(mail());
      const [refusal] = await test.notifications.sendMails([refused]);
      expect(refusal).toMatchObject({ kind: 'failed' });
      expect(JSON.stringify(refusal)).not.toContain('@');
      server.mood = 'takes';
      const late = await queue(mail({ expiresAt: test.now() }));
      const swapped = await queue(mail());
      await db.transaction(async (tx) => {
        const other = testVault.seal('{}', { table: 'mails', column: 'sealed', id: late });
        await tx.execute('UPDATE mails SET sealed = ? WHERE id = ?', [other, swapped]);
      });
      expect(await test.notifications.sendMails([late, swapped, newId('mal')])).toEqual([
        { kind: 'failed', reason: 'not sent in time' },
        { kind: 'failed', reason: 'it can not be opened' },
        { kind: 'failed', reason: 'no such mail' },
      ]);
    });

    it('do not wait for each other: one that is refused keeps no other back', async () => {
      const good = mail();
      const bad = mail({ to: 'not an address at all' });
      const ids = [await queue(bad), await queue(good)];
      const [first, second] = await test.notifications.sendMails(ids);
      expect(first?.kind).not.toBe('done');
      expect(second).toEqual({ kind: 'done' });
    });

    it('have no header of a reader’s choosing', async () => {
      const one = mail({ name: 'x\r\nBcc: all@example.com' });
      await test.notifications.sendMails([await queue(one)]);
      const [came] = await server.mailsTo(one.to);
      expect(came?.to).not.toContain('\n');
      expect(server.asked).not.toContain('all@example.com');
    });

    it('are files where there is no mail server', async () => {
      const local = createTestAccounts(db);
      const one = mail();
      const id = await queue(one, local);
      expect(await local.notifications.sendMails([id])).toEqual([{ kind: 'done' }]);
      const folder = join(local.dataDir, 'mails');
      expect(readdirSync(folder)).toEqual([`${id}.eml`]);
      expect(statSync(join(folder, `${id}.eml`)).mode & 0o077).toBe(0);
      const read = readMail(readFileSync(join(folder, `${id}.eml`), 'utf8'));
      expect(read).toMatchObject({ to: expect.stringContaining(one.to) });
    });
  },
  accountsSchema,
);
