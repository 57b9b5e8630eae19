import type { UserActor } from '../../common/auth/index.ts';
import { createObjectStore, type FilePurpose, type ObjectStore } from '../../common/files/index.ts';
import { newId } from '../../common/ids.ts';
import { accountsSchema, createTestAccounts, type TestAccounts } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, person, unused } from '../../test/kit/market.ts';
import type { Database, JobRow } from '../db/index.ts';
import type { FileRow } from './entities.ts';
import type { Attachment, Files } from './index.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const checksum = 'a'.repeat(64);

describeOnBothDatabases(
  'files',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    let files: Files;
    let objects: ObjectStore;
    let owner: UserActor;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => {
      test = createTestAccounts(db, { UPLOADS_PER_HOUR: '60' });
      files = test.files;
      objects = createObjectStore(test.config, { now: test.now });
      owner = person('viewer');
    });

    const begin = (purpose: FilePurpose = 'texture', requestId = unused('upload')) =>
      files.createUpload(owner, { requestId, purpose, contentType: 'image/png' });
    const put = (fileId: string) =>
      objects.write('quarantine', fileId, Buffer.from('png'), 'image/png');
    async function beginChecking(purpose: FilePurpose = 'texture'): Promise<string> {
      const { fileId } = await begin(purpose);
      await put(fileId);
      await files.completeUpload(owner, fileId);
      return fileId;
    }
    const nameOf = (fileId: string, letter = 'a') => `${fileId}/${letter.repeat(32)}.png`;
    const found = (fileId: string, letter = 'a') =>
      files.recordCheck(fileId, {
        kind: 'stored',
        object: {
          ...{ name: nameOf(fileId, letter), contentType: 'image/png', size: 3, checksum },
          ...{ width: 4, height: 5 },
        },
      });
    async function makeReady(purpose: FilePurpose = 'texture'): Promise<string> {
      const fileId = await beginChecking(purpose);
      await found(fileId);
      return fileId;
    }
    const attach = (...wanted: Attachment[]) => db.transaction((tx) => files.attachIn(tx, wanted));
    const asTexture = (fileId: string): Attachment => {
      return { fileId, ownerId: owner.userId, purpose: 'texture' };
    };
    const stateOf = async (fileId: string) =>
      (await db.primary.row<FileRow>('SELECT * FROM files WHERE id = ?', [fileId]))?.state;
    async function jobsOf(fileId: string): Promise<unknown[]> {
      const rows = await db.primary.rows<JobRow>(
        `SELECT * FROM jobs WHERE payload LIKE '%${fileId}%' ORDER BY id`,
      );
      return rows.map(({ kind, payload, availableAt }) => {
        return { kind, ...JSON.parse(payload), inMs: availableAt - test.now() };
      });
    }
    const sweep = async () => {
      while ((await files.sweepFiles(100)) > 0);
    };

    it('one request makes one file, and gets its form again with the same end', async () => {
      const requestId = unused('upload');
      const first = await begin('texture', requestId);
      test.pass(minuteMs);
      const again = await Promise.all([1, 2, 3].map(() => begin('texture', requestId)));
      for (const upload of again) {
        expect(upload).toMatchObject({ fileId: first.fileId, expiresAt: first.expiresAt });
      }
      expect(await codeOf(begin('profile_image', requestId))).toBe('REQUEST_ID_REUSED');
      test.pass(15 * minuteMs);
      expect(await codeOf(begin('texture', requestId))).toBe('INVALID_STATE');
    });

    it('a type that the purpose does not allow gets no form', async () => {
      const input = { requestId: unused('upload'), contentType: 'application/pdf' } as const;
      expect(await codeOf(files.createUpload(owner, { ...input, purpose: 'texture' }))).toBe(
        'INVALID_ARGUMENT',
      );
      const document = { ...input, purpose: 'business_document' } as const;
      expect((await files.createUpload(owner, document)).fileId).toMatch(/^fil_/);
    });

    it('an account begins so many uploads in an hour', async () => {
      const few = createTestAccounts(db, { UPLOADS_PER_HOUR: '2' });
      const input = { purpose: 'texture', contentType: 'image/png' } as const;
      const beginOne = () =>
        few.files.createUpload(owner, { ...input, requestId: unused('upload') });
      await beginOne();
      await beginOne();
      expect(await codeOf(beginOne())).toBe('RATE_LIMITED');
    });

    it('an upload is looked at once, however many say that it is complete', async () => {
      const { fileId } = await begin();
      expect(await codeOf(files.completeUpload(owner, fileId))).toBe('FILE_NOT_UPLOADED');
      await put(fileId);
      const ten = Array.from({ length: 10 }, () => files.completeUpload(owner, fileId));
      for (const file of await Promise.all(ten)) expect(file.state).toBe('checking');
      expect(await jobsOf(fileId)).toMatchObject([
        { kind: 'files.check', fileId, purpose: 'texture', contentType: 'image/png', inMs: 0 },
      ]);
    });

    it('is nothing to others: they can neither complete, read nor use it', async () => {
      const fileId = await makeReady('business_document');
      const other = person('seller');
      expect(await codeOf(files.completeUpload(other, fileId))).toBe('FILE_NOT_FOUND');
      expect(await codeOf(files.getFile(other, { fileId, reason: '' }))).toBe('FILE_NOT_FOUND');
      expect(await codeOf(files.getFile(other, { fileId: newId('fil'), reason: '' }))).toBe(
        'FILE_NOT_FOUND',
      );
      const theirs = { fileId, ownerId: other.userId, purpose: 'business_document' } as const;
      expect(await codeOf(attach(theirs))).toBe('FILE_NOT_FOUND');
    });

    const readsOf = (userId: string) =>
      db.primary.rows<object>('SELECT * FROM personal_data_reads WHERE userId = ?', [userId]);

    it('a private file is read by its owner and admins, at an address that ends', async () => {
      const fileId = await makeReady('business_document');
      for (const [reader, reason] of [
        [owner, ''],
        [person('admin'), '서류 심사'],
      ] as const) {
        const file = await files.getFile(reader, { fileId, reason });
        expect(file).toMatchObject({ publicUrl: undefined, urlExpiresAt: test.now() + 300_000 });
        expect(file.url).toMatch(/\/private\/.*signature=/);
      }
    });

    it('someone else’s private file takes a reason, and who saw it is noted', async () => {
      const fileId = await makeReady('business_document');
      const admin = person('admin');
      const workers = { kind: 'service', name: 'workers' } as const;
      await files.getFile(owner, { fileId, reason: '' });
      for (const reader of [admin, workers]) {
        const refusal = await codeOf(files.getFile(reader, { fileId, reason: '' }));
        expect(refusal).toBe('INVALID_ARGUMENT');
      }
      const texture = await makeReady('texture');
      await files.getFile(admin, { fileId: texture, reason: '' });
      expect(await readsOf(owner.userId)).toEqual([]);
      await files.getFile(admin, { fileId, reason: '서류 심사' });
      expect(await readsOf(owner.userId)).toMatchObject([
        {
          ...{ readBy: admin.userId, fields: 'business_document', source: 'files.getFile' },
          ...{ reason: '서류 심사', readAt: test.now() },
        },
      ]);
    });

    it('is in the copy of its owner’s data and nobody else’s, a public one with its address', async () => {
      const texture = await makeReady('texture');
      test.pass(minuteMs);
      const document = await makeReady('business_document');
      const pageOf = (userId: string, after = '') =>
        files.personalData.sections?.files?.(db.primary, { userId, after, limit: 1 });
      const createdAt = new Date(test.now()).toISOString();
      const first = await pageOf(owner.userId);
      expect(first).toEqual({
        items: [
          {
            ...{ id: document, purpose: 'business_document', state: 'ready', size: 3 },
            ...{ contentType: 'image/png', createdAt, url: null },
          },
        ],
        next: document,
      });
      expect(await pageOf(owner.userId, first?.next)).toMatchObject({
        items: [{ id: texture, url: `${test.config.FILES_URL}/${nameOf(texture)}` }],
        next: '',
      });
      expect(await pageOf(person('viewer').userId)).toEqual({ items: [], next: '' });
    });

    it('of several reports on one upload the first one counts', async () => {
      const fileId = await beginChecking();
      const reports = ['a', 'b', 'c'].map((letter) => found(fileId, letter));
      const [kept, ...others] = new Set(await Promise.all(reports));
      expect(others).toEqual([]);
      expect(await files.recordCheck(fileId, { kind: 'rejected', reason: 'missing' })).toBe(kept);
      expect(await files.getFile(owner, { fileId, reason: '' })).toMatchObject({
        ...{ state: 'ready', objectName: kept, size: 3, width: 4, height: 5, checksum },
        url: `${test.config.FILES_URL}/${kept}`,
      });
      // What is left in quarantine goes now, and again when the form is good for nothing any more.
      const erase = { kind: 'files.erase', fileId, scope: 'quarantine' };
      expect((await jobsOf(fileId)).slice(1)).toEqual([
        { ...erase, inMs: 0 },
        { ...erase, inMs: 17 * minuteMs },
      ]);
    });

    it('a worker can put nothing in place for another file', async () => {
      const [fileId, other] = [await beginChecking(), await beginChecking()];
      const object = { name: nameOf(other), contentType: 'image/png', size: 3, checksum } as const;
      const result = { kind: 'stored', object: { ...object, width: 1, height: 1 } } as const;
      await expect(files.recordCheck(fileId, result)).rejects.toThrow('no name for an object');
      expect(await stateOf(fileId)).toBe('checking');
    });

    it('a rejected file says why, and is no good for anything', async () => {
      const fileId = await beginChecking();
      await files.recordCheck(fileId, { kind: 'rejected', reason: 'wrong_type' });
      expect(await files.getFile(owner, { fileId, reason: '' })).toMatchObject({
        ...{ state: 'rejected', rejectReason: 'wrong_type', url: undefined },
      });
      expect(await codeOf(attach(asTexture(fileId)))).toBe('FILE_NOT_READY');
    });

    it('attaching answers the files in order, and refuses as a whole', async () => {
      const [one, two] = [await makeReady(), await makeReady()];
      const pending = await begin();
      expect(await codeOf(attach(asTexture(one), asTexture(pending.fileId)))).toBe(
        'FILE_NOT_READY',
      );
      expect((await files.getFile(owner, { fileId: one, reason: '' })).attached).toBe(false);
      const document = await makeReady('business_document');
      expect(await codeOf(attach(asTexture(document)))).toBe('FILE_WRONG_PURPOSE');
      expect(await codeOf(attach(asTexture(newId('fil'))))).toBe('FILE_NOT_FOUND');
      const attached = await attach(asTexture(two), asTexture(one), asTexture(two));
      expect(attached.map(({ id }) => id)).toEqual([two, one, two]);
      expect(attached).toMatchObject([{ attached: true }, { attached: true }, { attached: true }]);
      expect((await files.getFile(owner, { fileId: two, reason: '' })).attached).toBe(true);
    });

    it('what nothing uses is removed after a day, what is used stays', async () => {
      const [used, unusedFile] = [await makeReady(), await makeReady()];
      await attach(asTexture(used));
      test.pass(dayMs - 1);
      await sweep();
      expect(await stateOf(unusedFile)).toBe('ready');
      test.pass(1);
      await sweep();
      expect([await stateOf(used), await stateOf(unusedFile)]).toEqual(['ready', 'expired']);
      expect(await jobsOf(unusedFile)).toContainEqual({
        ...{ kind: 'files.erase', fileId: unusedFile, scope: 'all', inMs: 0 },
      });
      expect(await files.getFile(owner, { fileId: unusedFile, reason: '' })).toMatchObject({
        url: undefined,
      });
      test.pass(7 * dayMs);
      await sweep();
      expect([await stateOf(used), await stateOf(unusedFile)]).toEqual(['ready', undefined]);
    });

    it('an upload that never came expires with whatever did come, once its form is too old', async () => {
      const { fileId } = await begin();
      await put(fileId);
      test.pass(20 * minuteMs - 1);
      await sweep();
      expect(await stateOf(fileId)).toBe('pending');
      test.pass(1);
      await sweep();
      expect(await stateOf(fileId)).toBe('expired');
      expect(await codeOf(files.completeUpload(owner, fileId))).toBe('INVALID_STATE');
      expect(await jobsOf(fileId)).toMatchObject([
        { kind: 'files.erase', scope: 'all', inMs: 0 },
        { kind: 'files.erase', scope: 'all' },
      ]);
    });

    it('an upload that no worker ever looked at expires after a day', async () => {
      const fileId = await beginChecking();
      test.pass(dayMs);
      await sweep();
      expect(await stateOf(fileId)).toBe('expired');
      expect(await found(fileId)).toBeUndefined();
    });

    it('expires or is attached, never both, when both come at once', async () => {
      const fileId = await makeReady();
      test.pass(dayMs);
      const [attached] = await Promise.allSettled([attach(asTexture(fileId)), sweep()]);
      expect(await stateOf(fileId)).toBe(attached.status === 'fulfilled' ? 'ready' : 'expired');
    });

    it('discarded files are forgotten and erased, with the transaction or not at all', async () => {
      const fileId = await makeReady();
      await attach(asTexture(fileId));
      const failing = db.transaction(async (tx) => {
        await files.discardIn(tx, [fileId]);
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      expect(await stateOf(fileId)).toBe('ready');
      await db.transaction((tx) => files.discardIn(tx, [fileId, newId('fil')]));
      expect(await stateOf(fileId)).toBeUndefined();
      expect((await jobsOf(fileId)).at(-2)).toMatchObject({ kind: 'files.erase', scope: 'all' });
    });

    it('all files of an account go, whatever uses them, and nobody else’s', async () => {
      const mine = [await makeReady(), await beginChecking(), (await begin()).fileId];
      await attach(asTexture(mine[0] ?? ''));
      const me = owner;
      owner = person('viewer');
      const theirs = await makeReady();
      await db.transaction((tx) => files.deleteAllOfIn(tx, me.userId));
      for (const fileId of mine) {
        expect(await stateOf(fileId)).toBeUndefined();
        expect((await jobsOf(fileId)).slice(-2)).toMatchObject([
          { kind: 'files.erase', scope: 'all' },
          { kind: 'files.erase', scope: 'all' },
        ]);
        // Whoever was looking at it is told to take away what they put in place.
        expect(await found(fileId)).toBeUndefined();
      }
      expect(await stateOf(theirs)).toBe('ready');
    });
  },
  accountsSchema,
);
