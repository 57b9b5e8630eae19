import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  plainSignUp,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database } from '../db/index.ts';
import { isSealed } from '../vault/index.ts';
import { emailKeyOf } from './email.ts';
import type { UserRow } from './entities.ts';
import { sealStoredAccounts } from './seal-stored.ts';

const phone = '+821012345678';

describeOnBothDatabases(
  'personal data of accounts',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(async () => {
      test = createTestAccounts(db);
      await db.transaction(async (tx) => {
        for (const table of ['users', 'user_roles', 'requests', 'account_links']) {
          await tx.execute(`DELETE FROM ${table}`);
        }
      });
    });
    const rows = () => db.read.rows<UserRow>('SELECT * FROM users ORDER BY id');
    const signUp = (email: string, requestId: string = newId('req')) =>
      test.users.signUp({ ...plainSignUp, requestId, email, name: '홍길동', phone });

    /** Accounts as they were stored before they were sealed; the password is `goodPassword`. */
    async function storeInTheClear(count: number): Promise<string[]> {
      const emails = Array.from({ length: count }, (_, i) => `Old${i}@Example.com`);
      for (const email of emails) {
        const { id } = await signUp(email);
        const clear = [email, emailKeyOf(email), phone, id];
        await db.transaction(async (tx) => {
          await tx.execute(
            'UPDATE users SET email = ?, emailKey = ?, phone = ?, phoneKey = NULL WHERE id = ?',
            clear,
          );
          await tx.execute('UPDATE account_links SET emailKey = ? WHERE userId = ?', [
            emailKeyOf(email),
            id,
          ]);
        });
      }
      return emails;
    }

    const seal = (signal?: AbortSignal) =>
      sealStoredAccounts({ db, vault: testVault, log: silentLogger() }, signal);

    async function inTheClear(): Promise<number> {
      const stored = await rows();
      return stored.filter((row) => !isSealed(row.email) || !isSealed(row.phone)).length;
    }

    it('stand nowhere in the clear, but for the name', async () => {
      const { id } = await signUp('Hong@Example.com');
      const tables = ['users', 'account_links', 'requests', 'mails', 'jobs'];
      for (const table of tables) {
        const stored = JSON.stringify(await db.read.rows(`SELECT * FROM ${table}`));
        expect(stored).not.toMatch(/example\.com/i);
        expect(stored).not.toContain('1012345678');
      }
      const user = await test.users.readIn(db.primary, id);
      expect(user).toMatchObject({ email: 'Hong@Example.com', phone });
    });

    it('are those of their own row: swapped with another account’s they can’t be read', async () => {
      const [a, b] = [await signUp('a@example.com'), await signUp('b@example.com')];
      const [row] = await rows();
      await db.transaction((tx) =>
        tx.execute('UPDATE users SET email = ? WHERE id = ?', [row?.email ?? '', b.id]),
      );
      expect((await test.users.readIn(db.primary, a.id)).email).toBe('a@example.com');
      await expect(test.users.readIn(db.primary, b.id)).rejects.toThrow('is not what was sealed');
    });

    it('that were stored before serve log-in and keep their e-mail to themselves', async () => {
      await storeInTheClear(1);
      expect((await test.logIn('old0@EXAMPLE.com', goodPassword)).user.phone).toBe(phone);
      await expect(signUp('OLD0@example.com')).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
      await seal();
      expect((await test.logIn('old0@EXAMPLE.com', goodPassword)).user).toMatchObject({
        email: 'Old0@Example.com',
        phone,
      });
      await expect(signUp('OLD0@example.com')).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
      const links = await db.read.rows<{ emailKey: string }>('SELECT * FROM account_links');
      expect(JSON.stringify(links)).not.toContain('@');
    });

    it('are sealed by several processes at once, cut short and resumed, under use', async () => {
      const emails = await storeInTheClear(30);
      const cut = new AbortController();
      const sealed = seal(cut.signal);
      cut.abort();
      await sealed;
      expect(await inTheClear()).toBeGreaterThan(0);
      const logIns = emails.map((email) => test.logIn(email, goodPassword));
      const twins = emails.map((email) => signUp(email).catch((error) => error.code));
      await Promise.all([seal(), seal(), seal()]);
      expect(await inTheClear()).toBe(0);
      expect((await Promise.all(logIns)).map(({ user }) => user.email)).toEqual(emails);
      expect(new Set(await Promise.all(twins))).toEqual(new Set(['EMAIL_TAKEN']));
      expect(await rows()).toHaveLength(emails.length);
    });
  },
  accountsSchema,
);
