import type { Actor, UserActor } from '../../common/auth/index.ts';
import { type Config, loadConfig } from '../../common/config.ts';
import { createObjectStore, type FilePurpose } from '../../common/files/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { services } from '../../common/rpc/services.ts';
import {
  ApplicationStatus,
  CheckVerdict,
  type SubmitApplicationRequest,
} from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { nowhere } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { codeOf, person, tally, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import {
  startTaxService,
  type TestTaxService,
  unusedBusinessNumber,
} from '../../test/kit/tax-service.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import { until } from '../../test/kit/until.ts';
import { testVault } from '../../test/kit/vault.ts';
import { createBroadcastsService } from '../broadcasts/index.ts';
import { type Context, createContext } from '../context.ts';
import type { Database, JobRow } from '../db/index.ts';
import { createSellersService } from './index.ts';

const password = 'not secret at all';
const details = {
  representative: '홍길동',
  openedOn: '2024-03-02',
  address: '서울특별시 강남구 테헤란로 1',
  phone: '010-1234-5678',
  email: 'shop@example.com',
};

describeOnBothDatabases('sellers', (open) => {
  let db: Database;
  let clock: HeldClock;
  let pulse: Pulse;
  let tax: TestTaxService;
  let config: Config;
  let context: Context;
  let served: ServedRpc;
  const admin = person('viewer', 'admin');

  beforeAll(async () => {
    [db, tax] = await Promise.all([open(), startTaxService()]);
    clock = holdClock();
    pulse = createLocalPulse();
    config = loadConfig({
      ONAIR_ENV: 'test',
      DATA_DIR: makeTempDir('sellers'),
      ARGON2_MEMORY_KIB: '1024',
      ...tax.settings,
      NTS_TIMEOUT_MS: '1000',
    });
    context = createContext({ config, db, clock, log: silentLogger(), pulse, vault: testVault });
    served = await serveRpc((server) => {
      server.add(services.sellers, createSellersService(context.sellers));
      server.add(services.broadcasts, createBroadcastsService(context.broadcasts));
    });
  });
  afterAll(async () => {
    await served.stop();
    await tax.stop();
    context.close();
  });

  const as = (actor: Actor) => served.as(actor).sellers;
  const boss = () => as(admin);

  async function newPerson(): Promise<UserActor> {
    const { user } = await context.users.ensureUser({
      email: `${unused('person')}@example.com`,
      password,
      name: '홍길동',
      roles: [],
      reason: 'test',
    });
    return { ...person('viewer'), userId: user.id };
  }

  const request = (more: Partial<SubmitApplicationRequest> = {}): SubmitApplicationRequest => ({
    requestId: unused('apply'),
    businessNumber: unusedBusinessNumber(),
    businessName: '길동상회',
    mailOrderNumber: '제2024-서울강남-01234호',
    details,
    documentFileIds: [],
    ...more,
  });
  const decide = (applicationId: string, reason = '서류 확인') => ({
    ...{ applicationId, reason },
    requestId: unused('decide'),
  });
  const check = (...applicationIds: string[]) =>
    as({ kind: 'service', name: 'workers' }).checkApplications({ applicationIds });

  /** Someone whose application the Tax Service has answered. */
  async function applied(behaviour = 'active') {
    const applicant = await newPerson();
    const businessNumber = await tax.business({ behaviour });
    const { id } = await as(applicant).submitApplication(request({ businessNumber }));
    await check(id);
    return { applicant, id, businessNumber };
  }

  async function approved() {
    const { applicant, id } = await applied();
    await boss().approveApplication(decide(id));
    const seller: UserActor = { ...applicant, roles: ['viewer', 'seller'] };
    return { seller, id };
  }

  const rolesOf = async ({ userId }: UserActor) =>
    (await context.users.standingsOf([userId])).get(userId)?.roles.toSorted();
  const jobsOf = (kind: string, id: string) =>
    db.primary.rows<JobRow>('SELECT * FROM jobs WHERE kind = ? AND payload LIKE ?', [
      kind,
      `%${id}%`,
    ]);
  const mailsOf = async ({ userId }: UserActor) =>
    (
      await db.primary.rows<{ template: string }>(
        'SELECT template FROM mails WHERE userId = ? ORDER BY id',
        [userId],
      )
    ).map((row) => row.template);

  it('apply, are checked at the Tax Service, approved, and hold the role from then on', async () => {
    const applicant = await newPerson();
    const businessNumber = await tax.business({ start_dt: '20240302', p_nm: '홍길동' });
    const dashed = businessNumber.replace(/^(...)(..)/, '$1-$2-');
    const sent = await as(applicant).submitApplication(request({ businessNumber: dashed }));
    expect(sent).toMatchObject({
      userId: applicant.userId,
      status: ApplicationStatus.SUBMITTED,
      businessNumber,
      mailOrderNumber: '2024-서울강남-01234',
      check: CheckVerdict.UNSPECIFIED,
      checkedAt: undefined,
      details: { ...details, phone: '+821012345678' },
    });
    expect(await jobsOf('sellers.check', sent.id)).toHaveLength(1);
    clock.advance(1_000);
    expect(await check(sent.id)).toEqual({ pendingApplicationIds: [] });
    const checked = await as(applicant).getOwnApplication({});
    expect(checked).toMatchObject({
      status: ApplicationStatus.CHECKING,
      check: CheckVerdict.VALID,
      checkedAt: new Date(clock.now()),
    });
    expect(await rolesOf(applicant)).toEqual(['viewer']);
    const done = await boss().approveApplication(decide(sent.id, '확인 완료'));
    expect(done).toMatchObject({ status: ApplicationStatus.APPROVED, reason: '확인 완료' });
    expect(done.history.map(({ to, actor, reason }) => [to, actor, reason])).toEqual([
      [ApplicationStatus.SUBMITTED, applicant.userId, ''],
      [ApplicationStatus.CHECKING, 'system', 'valid'],
      [ApplicationStatus.APPROVED, admin.userId, '확인 완료'],
    ]);
    expect(await rolesOf(applicant)).toEqual(['seller', 'viewer']);
    expect(await mailsOf(applicant)).toEqual(['seller_approved']);
    const [change] = await context.users.listAccountChanges({
      userId: applicant.userId,
      beforeId: undefined,
      limit: 1,
    });
    expect(change).toMatchObject({ reason: '확인 완료', changedBy: admin.userId });
  });

  it('an application sent again is one; under the same id with other input it is refused', async () => {
    const applicant = await newPerson();
    const first = request();
    const ten = await Promise.all(
      Array.from({ length: 10 }, () => as(applicant).submitApplication(first)),
    );
    expect(new Set(ten.map(({ id }) => id)).size).toBe(1);
    expect(await jobsOf('sellers.check', ten[0]?.id ?? '')).toHaveLength(1);
    const other = { ...first, businessName: '철수상회' };
    expect(await codeOf(as(applicant).submitApplication(other))).toBe('REQUEST_ID_REUSED');
    expect(await codeOf(as(applicant).submitApplication(request()))).toBe('INVALID_STATE');
  });

  it('of 20 applications of one person at once there is one', async () => {
    const applicant = await newPerson();
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(as(applicant).submitApplication(request()))),
    );
    expect(tally(codes)).toEqual({ ok: 1, INVALID_STATE: 19 });
  });

  it('of 100 who claim one business at once one gets it', async () => {
    const businessNumber = unusedBusinessNumber();
    const codes = await Promise.all(
      Array.from({ length: 100 }, () =>
        codeOf(as(person('viewer')).submitApplication(request({ businessNumber }))),
      ),
    );
    expect(tally(codes)).toEqual({ ok: 1, BUSINESS_NUMBER_TAKEN: 99 });
  });

  it.each<[string, Partial<SubmitApplicationRequest>]>([
    ['a wrong check digit', { businessNumber: '1248100999' }],
    ['no name of the business', { businessName: ' ' }],
    ['a mail-order number of another kind', { mailOrderNumber: 'no. 7' }],
    ['no details', { details: undefined }],
    ['an opening day to come', { details: { ...details, openedOn: '2999-01-01' } }],
    ['no day', { details: { ...details, openedOn: '2024-02-30' } }],
    ['no phone', { details: { ...details, phone: '0' } }],
    ['no e-mail', { details: { ...details, email: 'shop' } }],
  ])('refuse %s before anything is asked', async (_what, more) => {
    expect(await codeOf(as(person('viewer')).submitApplication(request(more)))).toBe(
      'INVALID_ARGUMENT',
    );
  });

  it.each([
    ['closed', CheckVerdict.CLOSED],
    ['dormant', CheckVerdict.DORMANT],
    ['mismatch', CheckVerdict.MISMATCH],
    ['unregistered', CheckVerdict.UNREGISTERED],
  ])(
    'a business that is %s can not be approved, and is rejected with a reason',
    async (how, verdict) => {
      const { applicant, id } = await applied(how);
      expect((await boss().getApplication({ applicationId: id })).check).toBe(verdict);
      expect(await codeOf(boss().approveApplication(decide(id)))).toBe('INVALID_STATE');
      expect(await rolesOf(applicant)).toEqual(['viewer']);
      const rejected = await boss().rejectApplication(decide(id, '영업 중인 사업자가 아닙니다.'));
      expect(rejected.status).toBe(ApplicationStatus.REJECTED);
      expect((await as(applicant).getOwnApplication({})).reason).toBe(
        '영업 중인 사업자가 아닙니다.',
      );
      expect(await mailsOf(applicant)).toEqual(['seller_rejected']);
    },
  );

  it.each(['error-500', 'silent', 'garbled'])(
    'wait while the Tax Service answers with %s, and can not be approved meanwhile',
    async (behaviour) => {
      const { id, businessNumber } = await applied(behaviour);
      expect(await check(id)).toEqual({ pendingApplicationIds: [id] });
      const waiting = await boss().getApplication({ applicationId: id });
      expect(waiting).toMatchObject({ status: ApplicationStatus.SUBMITTED, checkedAt: undefined });
      expect(await codeOf(boss().approveApplication(decide(id)))).toBe('INVALID_STATE');
      await tax.change(businessNumber, { behaviour: 'active' });
      expect(await check(id)).toEqual({ pendingApplicationIds: [] });
      expect((await boss().getApplication({ applicationId: id })).check).toBe(CheckVerdict.VALID);
      // A job that comes once more asks nobody.
      const before = await tax.callsOf(businessNumber);
      expect(await check(id)).toEqual({ pendingApplicationIds: [] });
      expect(await tax.callsOf(businessNumber)).toEqual(before);
    },
  );

  it('an answer that comes after the application was rejected and sent again is not used', async () => {
    const applicant = await newPerson();
    const slow = await tax.business({ behaviour: 'slow:200' });
    const { id } = await as(applicant).submitApplication(request({ businessNumber: slow }));
    const asking = check(id);
    await until('it was asked', async () => (await tax.callsOf(slow)).validate > 0 || undefined);
    await boss().rejectApplication(decide(id));
    await as(applicant).submitApplication(request());
    await asking;
    const again = await boss().getApplication({ applicationId: id });
    expect(again).toMatchObject({ status: ApplicationStatus.SUBMITTED, checkedAt: undefined });
  });

  it('a rejected application frees the business, and is sent again with another', async () => {
    const { applicant, id, businessNumber } = await applied('mismatch');
    await boss().rejectApplication(decide(id));
    const other = await newPerson();
    await as(other).submitApplication(request({ businessNumber }));
    const retry = request({ businessNumber });
    expect(await codeOf(as(applicant).submitApplication(retry))).toBe('BUSINESS_NUMBER_TAKEN');
    const again = await as(applicant).submitApplication(request());
    expect(again).toMatchObject({ id, status: ApplicationStatus.SUBMITTED, reason: '' });
    expect(again.history).toHaveLength(4);
    await check(id);
    await boss().approveApplication(decide(id));
    expect(await rolesOf(applicant)).toEqual(['seller', 'viewer']);
  });

  it('a dormant business that opens again is checked once more', async () => {
    const { id, businessNumber } = await applied('dormant');
    await tax.change(businessNumber, { behaviour: 'active' });
    const again = await boss().recheckApplication(decide(id));
    expect(again).toMatchObject({
      status: ApplicationStatus.SUBMITTED,
      check: 'CHECK_VERDICT_UNSPECIFIED',
    });
    expect(await jobsOf('sellers.check', id)).toHaveLength(2);
    await check(id);
    expect((await boss().approveApplication(decide(id))).status).toBe(ApplicationStatus.APPROVED);
  });

  it('two admins who decide at once: one decision, one mail; the same request twice: one answer', async () => {
    const { applicant, id } = await applied();
    const codes = await Promise.all([
      codeOf(boss().approveApplication(decide(id))),
      codeOf(as(person('admin')).rejectApplication(decide(id))),
    ]);
    expect(tally(codes)).toEqual({ ok: 1, INVALID_STATE: 1 });
    expect(await mailsOf(applicant)).toHaveLength(1);
    const { id: second } = await applied();
    const twice = decide(second);
    const answers = await Promise.all([1, 2].map(() => boss().approveApplication(twice)));
    expect(answers[0]).toEqual(answers[1]);
  });

  it('lists by status, newest first, page by page, and without what is personal', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await applied('closed')).id);
    for (const id of ids) await boss().rejectApplication(decide(id));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await boss().listApplications({
        ...{ pageSize: 2, pageToken },
        status: ApplicationStatus.REJECTED,
      });
      for (const one of page.applications) {
        expect(one).toMatchObject({ status: ApplicationStatus.REJECTED, history: [] });
        expect(one.details).toBeUndefined();
        seen.push(one.id);
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(seen.slice(0, 3)).toEqual(ids.toReversed());
  });

  it('keep what is personal sealed in the database', async () => {
    const { id } = await applied();
    const row = await db.primary.row<Record<string, unknown>>(
      'SELECT * FROM seller_applications WHERE id = ?',
      [id],
    );
    const stored = JSON.stringify(row);
    for (const secret of ['홍길동', '테헤란로', '1012345678', 'shop@example.com']) {
      expect(stored).not.toContain(secret);
    }
  });

  it('are shown to admins in full for a reason alone, which is noted', async () => {
    const { applicant, id } = await applied();
    const masked = await boss().getApplication({ applicationId: id });
    expect(masked.details).toBeUndefined();
    const reads = () =>
      db.primary.rows('SELECT readBy, source, reason FROM personal_data_reads WHERE userId = ?', [
        applicant.userId,
      ]);
    expect(await reads()).toEqual([]);
    const shown = await boss().getApplication({ applicationId: id, reason: '서류 대조' });
    expect(shown.details).toMatchObject({ representative: '홍길동', address: details.address });
    expect(await reads()).toEqual([
      { readBy: admin.userId, source: 'sellers.getApplication', reason: '서류 대조' },
    ]);
    expect((await as(applicant).getOwnApplication({})).details?.email).toBe(details.email);
    expect(await reads()).toHaveLength(1);
  });

  it('hand in documents of their own that were found good, and replace them', async () => {
    const applicant = await newPerson();
    const objects = createObjectStore(config, clock);
    const upload = async (owner: UserActor, purpose: FilePurpose, ready = true) => {
      const input = { requestId: unused('upload'), purpose, contentType: 'image/png' } as const;
      const { fileId } = await context.files.createUpload(owner, input);
      if (!ready) return fileId;
      await objects.write('quarantine', fileId, Buffer.from('png'), 'image/png');
      await context.files.completeUpload(owner, fileId);
      const object = {
        contentType: 'image/png',
        ...{ name: `${fileId}/${'a'.repeat(32)}.png`, size: 3 },
        ...{ checksum: 'a'.repeat(64), width: 1, height: 1 },
      } as const;
      await context.files.recordCheck(fileId, { kind: 'stored', object });
      return fileId;
    };
    const mine = await upload(applicant, 'business_document');
    const refused = [
      [await upload(await newPerson(), 'business_document'), 'FILE_NOT_FOUND'],
      [await upload(applicant, 'texture'), 'FILE_WRONG_PURPOSE'],
      [await upload(applicant, 'business_document', false), 'FILE_NOT_READY'],
    ] as const;
    for (const [fileId, code] of refused) {
      const attempt = request({ documentFileIds: [mine, fileId] });
      expect(await codeOf(as(applicant).submitApplication(attempt))).toBe(code);
    }
    const sent = await as(applicant).submitApplication(request({ documentFileIds: [mine] }));
    expect(sent.documentFileIds).toEqual([mine]);
    expect((await context.files.getFile(admin, { fileId: mine, reason: '심사' })).attached).toBe(
      true,
    );
    await boss().rejectApplication(decide(sent.id));
    const better = await upload(applicant, 'business_document');
    await as(applicant).submitApplication(request({ documentFileIds: [better] }));
    const read = await boss().getApplication({ applicationId: sent.id });
    expect(read.documentFileIds).toEqual([better]);
    expect(await codeOf(context.files.getFile(applicant, { fileId: mine, reason: '' }))).toBe(
      'FILE_NOT_FOUND',
    );
    objects.close();
  });

  it('nobody reads another’s application, and only admins decide', async () => {
    const { applicant, id } = await applied();
    const stranger = as(await newPerson());
    expect(await codeOf(stranger.getOwnApplication({}))).toBe('NOT_FOUND');
    expect(await codeOf(stranger.getApplication({ applicationId: id }))).toBe('PERMISSION_DENIED');
    const itself = as({ ...applicant, roles: ['viewer', 'seller'] });
    expect(await codeOf(itself.approveApplication(decide(id)))).toBe('PERMISSION_DENIED');
    expect(await codeOf(itself.checkApplications({ applicationIds: [id] }))).toBe(
      'PERMISSION_DENIED',
    );
  });

  describe('have a page', () => {
    const anyone = () => as({ kind: 'anonymous' });
    const page = ({ userId }: UserActor) => anyone().getSeller({ sellerId: userId });
    const facts = {
      businessName: '길동상회',
      representative: '홍길동',
      address: details.address,
      phone: '+821012345678',
      email: details.email,
      mailOrderNumber: '2024-서울강남-01234',
    };

    it('with what the law shows of their business, from their approval on', async () => {
      const { applicant, id, businessNumber } = await applied();
      expect(await codeOf(page(applicant))).toBe('NOT_FOUND');
      await boss().approveApplication(decide(id));
      await context.follows.change({
        ...{ kind: 'follow', requestId: unused('follow') },
        ...{ sellerId: applicant.userId, userId: person('viewer').userId },
      });
      expect(await page(applicant)).toEqual({
        sellerId: applicant.userId,
        name: '홍길동',
        introduction: '',
        version: 0,
        followers: 1,
        suspended: false,
        business: { ...facts, businessNumber },
      });
    });

    it('also while they are suspended, for those who bought of them', async () => {
      const { seller } = await approved();
      const suspension = { requestId: unused('suspend'), sellerId: seller.userId, reason: '-' };
      await boss().suspendSeller(suspension);
      expect(await page(seller)).toMatchObject({ suspended: true, business: facts });
    });

    it('without a business when they were made sellers otherwise, and none when they are not', async () => {
      const hired = await newPerson();
      expect(await codeOf(page(hired))).toBe('NOT_FOUND');
      const grant = { requestId: unused('grant'), userId: hired.userId, reason: '-' };
      await context.users.grantRole(admin, { ...grant, role: 'seller' });
      expect(await page(hired)).toMatchObject({ name: '홍길동', business: undefined });
    });

    it('that they write themselves, one editor at a time', async () => {
      const { seller } = await approved();
      const write = (name: string, version: number, requestId = unused('profile')) =>
        as(seller).updateProfile({ requestId, name, introduction: '안녕하세요', version });
      const requestId = unused('profile');
      const first = await write('길동이네', 0, requestId);
      expect(first).toMatchObject({ name: '길동이네', introduction: '안녕하세요', version: 1 });
      expect(await write('길동이네', 0, requestId)).toMatchObject({ version: 1 });
      expect(await codeOf(write('다른 이름', 0))).toBe('STALE_VERSION');
      const codes = await Promise.all([1, 2, 3].map((n) => codeOf(write(`이름 ${n}`, 1))));
      expect(tally(codes)).toEqual({ ok: 1, STALE_VERSION: 2 });
      expect((await page(seller)).version).toBe(2);
      const viewer = as(await newPerson());
      const attempt = { requestId, name: '남', introduction: '', version: 0 };
      expect(await codeOf(viewer.updateProfile(attempt))).toBe('PERMISSION_DENIED');
    });
  });

  it('take their business and their page with them when they leave, and leave nothing personal', async () => {
    const { seller, id } = await approved();
    const { businessNumber } = await boss().getApplication({ applicationId: id });
    const profile = { name: '길동이네', introduction: '안녕하세요', version: 0 };
    await as(seller).updateProfile({ requestId: unused('profile'), ...profile });
    await context.departures.deleteAccount(seller, { requestId: unused('leave'), password });
    const left = await boss().getApplication({ applicationId: id, reason: '확인' });
    expect(left).toMatchObject({ businessNumber: '', businessName: '', documentFileIds: [] });
    expect(left.details).toMatchObject({ representative: '', address: '', phone: '', email: '' });
    expect(await codeOf(as(seller).getSeller({ sellerId: seller.userId }))).toBe('NOT_FOUND');
    const rows = 'SELECT * FROM seller_profiles WHERE sellerId = ?';
    expect(await db.primary.rows(rows, [seller.userId])).toEqual([]);
    const heir = as(await newPerson());
    expect((await heir.submitApplication(request({ businessNumber }))).businessNumber).toBe(
      businessNumber,
    );
  });

  describe('suspended', () => {
    const live = async (seller: UserActor) => {
      const { broadcasts } = served.as(seller);
      const input = { title: '방송', description: '' };
      const { id } = await broadcasts.createBroadcast({ requestId: unused('create'), ...input });
      await broadcasts.startBroadcast({ requestId: unused('start'), broadcastId: id });
      return id;
    };
    const statusOf = async (broadcastId: string) =>
      (await context.broadcasts.readWhole(broadcastId, 'fresh'))?.broadcast.status;
    const suspend = (seller: UserActor, until?: Date) =>
      boss().suspendSeller({
        ...{ requestId: unused('suspend'), sellerId: seller.userId, until },
        reason: '허위 광고',
      });

    it('lose the role and their sessions, and what is on air ends and is told of', async () => {
      const { seller } = await approved();
      const { user } = await context.sessions.logIn({
        email: (await context.users.readIn(db.primary, seller.userId)).email,
        password,
        client: nowhere,
      });
      expect(user.roles).toContain('seller');
      const broadcastId = await live(seller);
      const other = await live({ ...(await approved()).seller });
      const ended = new Promise((resolve) => pulse.onSessions(resolve));
      const told = new Promise((resolve) => pulse.onBroadcast(broadcastId, resolve));
      const suspended = await suspend(seller);
      expect(suspended).toMatchObject({
        status: ApplicationStatus.SUSPENDED,
        reason: '허위 광고',
        suspendedUntil: undefined,
      });
      expect(await rolesOf(seller)).toEqual(['viewer']);
      expect(await ended).toMatchObject({ ended: [expect.anything()] });
      expect(await told).toEqual({ type: 'changed' });
      expect([await statusOf(broadcastId), await statusOf(other)]).toEqual(['ended', 'live']);
      expect(await mailsOf(seller)).toEqual(['seller_approved', 'seller_suspended']);
    });

    it('can not go on air, not even with a token that still says seller', async () => {
      const { seller } = await approved();
      const { broadcasts } = served.as(seller);
      const input = { title: '방송', description: '' };
      const { id } = await broadcasts.createBroadcast({ requestId: unused('create'), ...input });
      await suspend(seller);
      const start = () =>
        codeOf(broadcasts.startBroadcast({ requestId: unused('start'), broadcastId: id }));
      expect(await start()).toBe('PERMISSION_DENIED');
      expect(await statusOf(id)).toBe('scheduled');
      const reinstated = await boss().reinstateSeller({
        ...{ requestId: unused('reinstate'), sellerId: seller.userId },
        reason: '소명 인정',
      });
      expect(reinstated.status).toBe(ApplicationStatus.APPROVED);
      expect(await start()).toBe('ok');
      expect(await mailsOf(seller)).toContain('seller_reinstated');
    });

    it('who goes on air at the very moment is refused or ended: nothing stays on air', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { seller } = await approved();
        const { broadcasts } = served.as(seller);
        const made = await Promise.all(
          [1, 2, 3].map(() =>
            broadcasts.createBroadcast({ requestId: unused('create'), title: '방송' }),
          ),
        );
        const starts = made.map(({ id }) =>
          codeOf(broadcasts.startBroadcast({ requestId: unused('start'), broadcastId: id })),
        );
        await Promise.all([...starts, suspend(seller)]);
        const now = await Promise.all(made.map(({ id }) => statusOf(id)));
        expect(now).not.toContain('live');
      }
    });

    it('sell again when their time is up, and not before', async () => {
      const { seller, id } = await approved();
      const until = new Date(clock.now() + 60_000);
      expect((await suspend(seller, until)).suspendedUntil).toEqual(until);
      const [job] = await jobsOf('sellers.end-suspension', id);
      expect(job?.availableAt).toBe(until.getTime());
      const end = () =>
        as({ kind: 'service', name: 'workers' }).endSuspensions({ applicationIds: [id] });
      await end();
      expect(await rolesOf(seller)).toEqual(['viewer']);
      clock.advance(60_000);
      await Promise.all([end(), end()]);
      expect(await rolesOf(seller)).toEqual(['seller', 'viewer']);
      const { status, suspendedUntil, history } = await boss().getApplication({
        applicationId: id,
      });
      expect({ status, suspendedUntil }).toEqual({
        status: ApplicationStatus.APPROVED,
        suspendedUntil: undefined,
      });
      expect(history.at(-1)?.actor).toBe('system');
    });

    it.each([
      [
        'when the account as a whole is suspended',
        (userId: string) =>
          context.users.suspendUser(admin, { requestId: unused('s'), userId, reason: '-' }),
      ],
      [
        'when an admin takes the role',
        (userId: string) =>
          context.users.revokeRole(admin, {
            ...{ requestId: unused('r'), userId, reason: '-' },
            role: 'seller',
          }),
      ],
    ])('are off air by a job too %s, and nobody else is', async (_when, stop) => {
      const { seller } = await approved();
      const { broadcasts } = served.as(seller);
      const broadcastId = await live(seller);
      const { id: next } = await broadcasts.createBroadcast({
        ...{ requestId: unused('create'), title: '다음 방송' },
      });
      const service = served.as({ kind: 'service', name: 'workers' }).broadcasts;
      const end = () => service.endBroadcastsOf({ sellerIds: [seller.userId] });
      await end();
      expect(await statusOf(broadcastId)).toBe('live');
      await stop(seller.userId);
      expect(await jobsOf('broadcasts.end-of', seller.userId)).toHaveLength(1);
      const start = { requestId: unused('start'), broadcastId: next };
      expect(await codeOf(broadcasts.startBroadcast(start))).toBe('PERMISSION_DENIED');
      await Promise.all([end(), end()]);
      expect(await statusOf(broadcastId)).toBe('ended');
    });

    it('refuse what makes no sense', async () => {
      const { seller } = await approved();
      const past = new Date(clock.now());
      expect(await codeOf(suspend(seller, past))).toBe('INVALID_ARGUMENT');
      expect(await codeOf(suspend(await newPerson()))).toBe('NOT_FOUND');
      const back = (sellerId: string) =>
        boss().reinstateSeller({ requestId: unused('back'), sellerId, reason: '-' });
      expect(await codeOf(back(seller.userId))).toBe('INVALID_STATE');
      await suspend(seller);
      expect(await codeOf(suspend(seller))).toBe('INVALID_STATE');
      expect(await codeOf(as(seller).submitApplication(request()))).toBe('INVALID_STATE');
    });
  });
});
