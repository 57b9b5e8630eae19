import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { createTokenVerifier, type UserActor } from '../../common/auth/index.ts';
import { accountsSchema, createTestAccounts, nowhere } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { person } from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import type { SigningKeyRow } from './entities.ts';

const dayMs = 86_400_000;
const settings = {
  SIGNING_KEY_DAYS: '90',
  SIGNING_KEY_LEAD_SECONDS: '300',
  ACCESS_TOKEN_SECONDS: '600',
};

describeOnBothDatabases(
  'signing keys',
  (open) => {
    let db: Database;
    let admin: UserActor;
    beforeEach(async () => {
      db = await open();
      admin = person('admin');
    });

    /** An account that is logged in, and a verifier with the keys that are published. */
    async function setUp(more: Record<string, string> = {}) {
      const test = createTestAccounts(db, { ...settings, ...more });
      const user = await test.signUp('hong');
      const tokens = await test.logIn(user.email);
      const verify = (token: string) =>
        createTokenVerifier(() => test.sessions.publicKeys()).verify(token);
      const kidOf = (token: string) => decodeProtectedHeader(token).kid;
      return { test, user, tokens, verify, kidOf };
    }
    const kids = async (test: ReturnType<typeof createTestAccounts>) =>
      (await test.sessions.publicKeys()).keys.map(({ kid }) => kid);

    it('rotate without logging anyone out: published first, then signing, the old one verifying', async () => {
      const { test, tokens, verify, kidOf } = await setUp();
      const old = kidOf(tokens.accessToken);
      const rotation = { requestId: 'r', reason: 'someone left' };
      const made = await test.sessions.rotateSigningKey(admin, rotation);
      expect(await test.sessions.rotateSigningKey(admin, rotation)).toEqual(made);
      expect(made.signsFrom).toBe(test.now() + 300_000);
      expect(await kids(test)).toEqual([old, made.kid]);

      test.pass(299_000);
      const before = await test.sessions.refreshSession(tokens.refreshToken, nowhere);
      expect(kidOf(before.accessToken)).toBe(old);
      test.pass(3_000);
      const after = await test.sessions.refreshSession(before.refreshToken, nowhere);
      expect(kidOf(after.accessToken)).toBe(made.kid);
      for (const { accessToken } of [before, after]) {
        await expect(verify(accessToken)).resolves.toMatchObject({ kind: 'user' });
      }
      test.pass(2 * 3_600_000);
      expect(await kids(test)).toEqual([made.kid]);
    });

    it('are taken up by other processes, and stay after a restart', async () => {
      const { test, tokens, kidOf } = await setUp();
      const other = createTestAccounts(db, settings);
      expect(await kids(other)).toEqual([kidOf(tokens.accessToken)]);
      const { kid } = await test.sessions.rotateSigningKey(admin, { requestId: 'r', reason: 'x' });
      other.pass(302_500);
      expect(await kids(other)).toContain(kid);
      const next = await other.sessions.refreshSession(tokens.refreshToken, nowhere);
      expect(kidOf(next.accessToken)).toBe(kid);
      const restarted = createTestAccounts(db, settings);
      restarted.pass(400_000);
      const last = await restarted.sessions.refreshSession(next.refreshToken, nowhere);
      expect(kidOf(last.accessToken)).toBe(kid);
    });

    it('are made when due, by one of many workers, and forgotten when their tokens are over', async () => {
      const { test, tokens, kidOf } = await setUp();
      expect(await test.sessions.keepSigningKeys()).toEqual({ madeKid: '', forgotten: 0 });
      test.pass(90 * dayMs);
      const kept = await Promise.all([1, 2, 3].map(() => test.sessions.keepSigningKeys()));
      const made = kept.map(({ madeKid }) => madeKid).filter((kid) => kid !== '');
      expect(made).toHaveLength(1);
      test.pass(91 * dayMs);
      await test.sessions.keepSigningKeys();
      test.pass(dayMs);
      expect(await test.sessions.keepSigningKeys()).toEqual({ madeKid: '', forgotten: 1 });
      expect(await kids(test)).not.toContain(made[0]);
      // The key of the settings stays noted, or its next start would take it for a new one.
      const rows = await db.read.rows<SigningKeyRow>('SELECT * FROM signing_keys');
      expect(rows.map(({ kid }) => kid)).toContain(kidOf(tokens.accessToken));
    });

    it('never stand in the database in the clear', async () => {
      const { test } = await setUp();
      await test.sessions.rotateSigningKey(admin, { requestId: 'r', reason: 'x' });
      const rows = await db.read.rows<SigningKeyRow>('SELECT * FROM signing_keys');
      expect(rows).toHaveLength(2);
      for (const { publicJwk, sealedPrivateKey } of rows) {
        expect(Object.keys(JSON.parse(publicJwk))).not.toContain('d');
        expect(sealedPrivateKey ?? '').not.toContain('PRIVATE');
      }
    });

    it('of another TOKEN_PRIVATE_KEY take over, and those before still verify', async () => {
      const { test, tokens, kidOf, verify } = await setUp({ SIGNING_KEY_LEAD_SECONDS: '5' });
      await test.sessions.rotateSigningKey(admin, { requestId: 'r', reason: 'x' });
      test.pass(8_000);
      const rotated = await test.sessions.refreshSession(tokens.refreshToken, nowhere);
      const { privateKey } = generateKeyPairSync('ed25519');
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const changed = createTestAccounts(db, { ...settings, TOKEN_PRIVATE_KEY: pem });
      changed.pass(9_000);
      const next = await changed.sessions.refreshSession(rotated.refreshToken, nowhere);
      const signers = [tokens, rotated, next].map(({ accessToken }) => kidOf(accessToken));
      expect(new Set(signers).size).toBe(3);
      expect(await kids(changed)).toEqual(expect.arrayContaining(signers));
      test.pass(3_000);
      for (const { accessToken } of [tokens, rotated, next]) await verify(accessToken);
    });
  },
  accountsSchema,
);
