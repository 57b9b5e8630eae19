import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { PrivacyServiceDefinition } from '../../proto/gen/onair/privacy/v1/privacy.ts';
import { accountsSchema } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { person } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database } from '../db/index.ts';
import { createPrivacy, createPrivacyService, recordReadsIn } from './index.ts';

describeOnBothDatabases(
  'the audit of personal data',
  (open) => {
    let db: Database;
    let clock: HeldClock;
    let served: ServedRpc;
    const admin = person('admin');
    const workers = { kind: 'service', name: 'workers' } as const;
    beforeAll(async () => {
      db = await open();
      clock = holdClock();
      const config = loadConfig({ ONAIR_ENV: 'test', PERSONAL_DATA_READ_DAYS: '30' });
      const deps = { config, db, clock, log: silentLogger(), pulse: createLocalPulse() };
      const privacy = createPrivacy({ ...deps, vault: testVault });
      served = await serveRpc((server) =>
        server.add(PrivacyServiceDefinition, createPrivacyService(privacy)),
      );
    });
    afterAll(() => served.stop());

    const read = (userIds: readonly string[], actor: typeof admin | typeof workers = admin) => {
      const what = { fields: ['email', 'phone'], source: 'users.getUser', reason: '문의' } as const;
      return db.transaction((tx) => recordReadsIn(tx, { actor, userIds, ...what }, clock.now()));
    };

    it('names who, whose, what and why, newest first, by page, by person and by reader', async () => {
      const [a, b] = [newId('usr'), newId('usr')];
      await read([a, b, a]);
      await read([a], workers);
      const { privacy } = served.as(admin);
      const first = await privacy.listPersonalDataReads({ userId: a, pageSize: 1 });
      expect(first.reads).toMatchObject([
        {
          readBy: 'service:workers',
          userId: a,
          fields: ['email', 'phone'],
          source: 'users.getUser',
          reason: '문의',
          readAt: new Date(clock.now()),
        },
      ]);
      const pageToken = first.nextPageToken;
      const second = await privacy.listPersonalDataReads({ userId: a, pageSize: 1, pageToken });
      expect(second).toMatchObject({ reads: [{ readBy: admin.userId }], nextPageToken: '' });
      const byAdmin = await privacy.listPersonalDataReads({ readBy: admin.userId });
      expect(byAdmin.reads.map(({ userId }) => userId).sort()).toEqual([a, b].sort());
    });

    it('is not kept of a transaction that failed, and is open to admins alone', async () => {
      const userId = newId('usr');
      const failed = db.transaction(async (tx) => {
        const what = { fields: ['email'], source: 'users.getUser', reason: 'x' } as const;
        await recordReadsIn(tx, { actor: admin, userIds: [userId], ...what }, clock.now());
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      const { reads } = await served.as(admin).privacy.listPersonalDataReads({ userId });
      expect(reads).toEqual([]);
      await expect(
        served.as(person('seller')).privacy.listPersonalDataReads({}),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });

    it('is forgotten after its time', async () => {
      const [old, recent] = [newId('usr'), newId('usr')];
      await read([old]);
      clock.advance(29 * 86_400_000);
      await read([recent]);
      clock.advance(2 * 86_400_000);
      const pruned = await served.as(workers).privacy.prunePersonalDataReads({ limit: 1_000 });
      expect(pruned).toMatchObject({ pruned: 4 });
      const { reads } = await served.as(admin).privacy.listPersonalDataReads({});
      expect(reads.map(({ userId }) => userId)).toEqual([recent]);
    });
  },
  accountsSchema,
);
