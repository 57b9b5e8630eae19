import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import type { Part } from '../../common/part.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { goodPassword } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, unused } from '../../test/kit/market.ts';
import { type Scene, setScene } from '../../test/kit/scene.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import type { Database } from '../db/index.ts';
import { readNumber } from './bank-list.ts';

const holder = '홍길동';

it.each([
  ['090', '3333-01-2345678', '3333012345678'],
  ['090', '333301234567', undefined],
  ['088', '110 123 456789', '110123456789'],
  ['999', '110123456789', undefined],
  ['088', '11012345678x', undefined],
])('a number at %s written %s is %s', (code, text, digits) => {
  expect(readNumber(code, text)).toBe(digits);
});

describeOnBothDatabases('bank accounts', (open) => {
  let db: Database;
  let scene: Scene;
  let sandbox: Part;
  let last = 100_000;
  beforeAll(async () => {
    const config = loadConfig({ DATA_DIR: makeTempDir('bank'), SANDBOX_PORT: '0' });
    sandbox = await startSandbox({ config, log: silentLogger() });
    db = await open();
    scene = setScene(db, {
      BANK_INQUIRY_BASE_URL: sandbox.address ?? '',
      BANK_INQUIRY_TIMEOUT_MS: '500',
    });
  });
  afterAll(async () => {
    scene.context.close();
    await sandbox.stop();
  });

  async function accountOf(told: object): Promise<string> {
    last += 1;
    const number = `3333000${last}`;
    await fetch(`${sandbox.address}/sandbox/bank/accounts/${number}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(told),
    });
    return number;
  }
  const admin = { kind: 'service', name: 'settlement' } as const;

  it('are set by their owner, verified by the bank, and told by mail', async () => {
    const { banks, users } = scene.context;
    const { user, me } = await scene.someone();
    const number = await accountOf({ holder: '홍 길동' });
    const input = { requestId: unused('b'), bankCode: '090', number, holder };
    const set = (password: string) => banks.setBankAccount(me, { ...input, password });
    expect(await codeOf(set('wrong'))).toBe('BAD_CREDENTIALS');
    expect(await set(goodPassword)).toMatchObject({ number, holder, status: 'pending' });
    await set(goodPassword);
    const other = { ...input, number: await accountOf({}), password: goodPassword };
    expect(await codeOf(banks.setBankAccount(me, other))).toBe('REQUEST_ID_REUSED');
    expect(await banks.verifyBankAccounts([user.id])).toEqual([]);
    const whole = { userId: user.id, reason: '' };
    expect(await banks.getBankAccount(me, whole)).toMatchObject({ number, status: 'verified' });
    const changes = await users.listAccountChanges({ userId: user.id, limit: 9 });
    expect(changes.map(({ kind }) => kind).filter((kind) => kind.startsWith('bank'))).toEqual([
      'bank_verified',
      'bank_account_set',
    ]);
    const mails = await db.primary.rows(
      `SELECT * FROM mails WHERE userId = ? AND template = 'bank_account_set'`,
      [user.id],
    );
    expect(mails).toHaveLength(1);
    for (const table of ['bank_accounts', 'requests', 'jobs']) {
      const rows = JSON.stringify(await db.primary.rows(`SELECT * FROM ${table}`));
      expect(rows).not.toContain(number);
    }
  });

  it.each([
    ['holder_mismatch', { holder: '김철수' }],
    ['closed', { mode: 'closed' }],
    ['not_found', { mode: 'not-found' }],
    ['not_found', { mode: 'unknown-bank' }],
  ])('fail as %s when the bank says so: %j', async (failure, told) => {
    const { banks } = scene.context;
    const { user, me } = await scene.someone();
    const number = await accountOf(told);
    const input = { requestId: unused('b'), bankCode: '090', number, holder };
    await banks.setBankAccount(me, { ...input, password: goodPassword });
    expect(await banks.verifyBankAccounts([user.id])).toEqual([]);
    const own = await banks.getBankAccount(me, { userId: user.id, reason: '' });
    expect(own).toMatchObject({ status: 'failed', failure });
  });

  it.each(['error-500', 'garbled', 'silent'])(
    'wait, and guess nothing, while the bank is %s',
    async (mode) => {
      const { banks } = scene.context;
      const { user, me } = await scene.someone();
      const number = await accountOf({ mode });
      const input = { requestId: unused('b'), bankCode: '090', number, holder };
      await banks.setBankAccount(me, { ...input, password: goodPassword });
      expect(await banks.verifyBankAccounts([user.id])).toEqual([user.id]);
      const own = await banks.getBankAccount(me, { userId: user.id, reason: '' });
      expect(own).toMatchObject({ status: 'pending', failure: null });
    },
  );

  it('are masked for others, whole for a reason that is noted, and gone with their owner', async () => {
    const { banks, departures } = scene.context;
    const [{ user, me }, stranger] = [await scene.someone(), await scene.someone()];
    const number = await accountOf({});
    const input = { requestId: unused('b'), bankCode: '090', number, holder };
    await banks.setBankAccount(me, { ...input, password: goodPassword });
    const get = (actor: Parameters<typeof banks.getBankAccount>[0], reason: string) =>
      banks.getBankAccount(actor, { userId: user.id, reason });
    expect(await codeOf(get(stranger.me, 'x'))).toBe('NOT_FOUND');
    expect(await get(admin, '')).toMatchObject({
      number: `***${number.slice(-4)}`,
      holder: '홍**',
    });
    const reads = () =>
      db.primary.rows(
        `SELECT * FROM personal_data_reads WHERE userId = ? AND source = 'banks.getBankAccount'`,
        [user.id],
      );
    expect(await reads()).toEqual([]);
    expect(await get(admin, '정산')).toMatchObject({ number, holder });
    expect(await reads()).toMatchObject([{ reason: '정산', readBy: 'service:settlement' }]);
    await departures.deleteAccount(me, { requestId: unused('d'), password: goodPassword });
    expect(await codeOf(get(admin, ''))).toBe('NOT_FOUND');
  });
});
