import type { UserActor } from '../../common/auth/index.ts';
import {
  accountsSchema,
  createTestAccounts,
  plainSignUp,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, unused } from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import type { TosAgreementRow } from './entities.ts';
import type { User } from './user.ts';

describeOnBothDatabases(
  'terms of service',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    beforeEach(async () => {
      db = await open();
      test = createTestAccounts(db);
    });
    const actorOf = ({ id: userId, name, roles }: User): UserActor => {
      return { kind: 'user', userId, sessionId: 'ses_x', name, roles };
    };
    const publish = (version: string, inMs = 0, requestId = unused('tos')) =>
      test.users.publishTos('usr_admin', {
        requestId,
        version,
        textKo: `약관 ${version}`,
        textEn: `Terms ${version}`,
        effectiveAt: test.now() + inMs,
      });

    it('are in force from their time until the next are, and every version stays', async () => {
      expect(await codeOf(test.users.getTos(undefined))).toBe('NOT_FOUND');
      await publish('2026-01');
      await publish('2026-02', 60_000);
      expect(await test.users.getTos(undefined)).toMatchObject({ version: '2026-01' });
      test.pass(60_000);
      expect(await test.users.getTos(undefined)).toMatchObject({ textKo: '약관 2026-02' });
      expect(await test.users.getTos('2026-01')).toMatchObject({ textEn: 'Terms 2026-01' });
      expect(await codeOf(test.users.getTos('2025-01'))).toBe('NOT_FOUND');
    });

    it('are published once, never changed and never backdated', async () => {
      const first = await publish('1', 0, 'r');
      expect(await publish('1', 0, 'r')).toEqual(first);
      expect(await codeOf(publish('1', 1_000))).toBe('INVALID_STATE');
      expect(await codeOf(publish('2', -3_600_000))).toBe('INVALID_ARGUMENT');
    });

    it('are agreed to by version, dated, each once; only those in force', async () => {
      await publish('1');
      await publish('2', 60_000);
      const user = await test.signUp('hong');
      expect(user.tos).toBeUndefined();
      const agree = (version: string) => test.users.agreeTos(actorOf(user), version);
      expect(await codeOf(agree('2'))).toBe('INVALID_STATE');
      expect(await codeOf(agree('3'))).toBe('NOT_FOUND');
      const at = test.now();
      expect((await agree('1')).tos).toEqual({ version: '1', agreedAt: at });
      test.pass(1_000);
      expect((await agree('1')).tos).toEqual({ version: '1', agreedAt: at });
      test.pass(60_000);
      expect(await codeOf(agree('1'))).toBe('INVALID_STATE');
      expect((await agree('2')).tos).toEqual({ version: '2', agreedAt: test.now() });
      const kept = await db.read.rows<TosAgreementRow>(
        'SELECT * FROM tos_agreements ORDER BY version',
      );
      expect(kept.map(({ version, agreedAt }) => [version, agreedAt])).toEqual([
        ['1', at],
        ['2', test.now()],
      ]);
    });

    it('can be agreed to with the sign-up, which fails as a whole for other terms', async () => {
      await publish('1');
      const signUp = (tosVersion: string) =>
        test.users.signUp({
          ...plainSignUp,
          requestId: unused('r'),
          email: 'kim@example.com',
          name: '김철수',
          tosVersion,
          marketingConsent: true,
        });
      expect(await codeOf(signUp('0'))).toBe('NOT_FOUND');
      const user = await signUp('1');
      const now = await test.users.readIn(db.primary, user.id);
      expect(now).toMatchObject({ tos: { version: '1' }, marketingConsentAt: test.now() });
    });

    it('and consent to advertising are apart: it is dated, withdrawn, and its history is kept', async () => {
      const user = await test.signUp('hong');
      const set = (consents: boolean) => test.users.setMarketingConsent(actorOf(user), consents);
      expect(user.marketingConsentAt).toBeUndefined();
      const at = test.now();
      expect((await set(true)).marketingConsentAt).toBe(at);
      test.pass(5_000);
      expect((await set(true)).marketingConsentAt).toBe(at);
      expect((await set(false)).marketingConsentAt).toBeUndefined();
      const changes = await test.users.listAccountChanges({ userId: user.id, limit: 10 });
      expect(changes).toMatchObject([
        { kind: 'marketing_withdrawn', changedAt: at + 5_000 },
        { kind: 'marketing_granted', changedAt: at },
      ]);
    });
  },
  accountsSchema,
);
