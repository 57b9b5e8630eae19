import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { generateSync } from 'otplib';
import { unwrap } from '../api/client/index.ts';
import type { UserActor } from '../common/auth/index.ts';
import { newId } from '../common/ids.ts';
import { type MailServer, startMailServer } from './kit/mail-server.ts';
import { tally } from './kit/market.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { linkIn } from './kit/read-mail.ts';
import { unusedBusinessNumber } from './kit/tax-service.ts';
import { until } from './kit/until.ts';
import { watch } from './live-room/viewer.ts';
import {
  attempt,
  logIn,
  makePerson,
  openShop,
  order,
  type Person,
  type Shop,
} from './rest-shop.ts';

const password = 'correct horse battery';
const newPassword = 'another good one indeed';

describeInBothModes('accounts', (mode) => {
  let onair: Onair;
  let mail: MailServer;
  let shop: Shop;

  beforeAll(async () => {
    mail = await startMailServer();
    onair = await startOnair(mode, {
      env: {
        SMTP_URL: mail.url,
        SMTP_TIMEOUT_MS: '2000',
        SIGN_UPS_PER_HOUR: '1000000',
        SIGNING_KEY_LEAD_SECONDS: '5',
      },
    });
    shop = await openShop(onair);
  });
  afterAll(async () => {
    await onair.stop();
    await mail.goDown();
  });

  const newEmail = () => `${randomUUID()}@example.com`;
  const signUp = (email: string, process = 0) =>
    onair.rest(undefined, process).POST('/v1/users', { body: { email, password, name: '홍길동' } });
  const meOf = (token: string, process = 0) => onair.rest(token, process).GET('/v1/me');
  const statusOf = async (call: Promise<{ response: Response }>) => (await call).response.status;
  const everyApi = () => onair.apiUrls.map((_, i) => i);

  it('of 100 sign-ups with one e-mail at once: one', async () => {
    const email = newEmail();
    const statuses = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        statusOf(signUp(i % 2 === 0 ? email : email.toUpperCase(), i % onair.apiUrls.length)),
      ),
    );
    expect(tally(statuses.map(String))).toEqual({ 201: 1, 409: 99 });
    expect(await mail.mailsTo(email)).toHaveLength(1);
  });

  it('verify their e-mail by the link that is mailed', async () => {
    const email = newEmail();
    await unwrap(signUp(email));
    const [came] = await mail.mailsTo(email);
    const { page, token } = linkIn(came ?? raise());
    expect(page).toMatch(/\/account\/verify-email$/);
    const shown = await fetch(new URL(new URL(page).pathname, onair.apiUrls[0]));
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await shown.text()).toContain('data-page="verify-email"');
    // Looking at the page spends nothing.
    const verify = () => onair.rest().POST('/v1/email-verifications', { body: { token } });
    expect(await statusOf(verify())).toBe(204);
    expect(await statusOf(verify())).toBe(410);
    const person = await logIn(onair, email, password);
    expect(person.user.emailVerifiedAt).not.toBeNull();
  });

  it('get their password back by mail, and are logged out everywhere by it within a second', async () => {
    const email = newEmail();
    await unwrap(signUp(email));
    const person = await logIn(onair, email, password);
    const known = await onair.rest().POST('/v1/password-resets', { body: { email } });
    const unknown = await onair.rest().POST('/v1/password-resets', { body: { email: newEmail() } });
    expect([known.response.status, unknown.response.status]).toEqual([204, 204]);
    const mails = await mail.mailsTo(email, 2);
    const reset = mails.find(({ subject }) => subject.includes('재설정')) ?? raise();
    const body = { token: linkIn(reset).token, password: newPassword };
    for (const i of everyApi()) expect(await statusOf(meOf(person.accessToken, i))).toBe(200);
    expect(await statusOf(onair.rest().POST('/v1/password-resets/confirm', { body }))).toBe(204);
    await expectRefused(person, 1_000);
    await logIn(onair, email, newPassword);
    await expect(logIn(onair, email, password)).rejects.toMatchObject({
      problem: { code: 'BAD_CREDENTIALS' },
    });
  });

  /** Every api process refuses the person's token, within so many milliseconds. */
  async function expectRefused(person: Person, withinMs: number): Promise<void> {
    for (const i of everyApi()) {
      await until(
        `api ${i} refuses the token`,
        async () => (await meOf(person.accessToken, i)).error?.code === 'SESSION_REVOKED',
        { timeoutMs: withinMs, everyMs: 10 },
      );
    }
  }

  it('save a copy of their data, and leave: every process refuses them within a second', async () => {
    const person = await makePerson(onair, 'leaver');
    const { email } = person.user;
    const me = (what: 'export' | 'deletion', body: object) =>
      fetch(`${onair.apiUrls[0]}/v1/me/${what}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${person.accessToken}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    const file = await me('export', {});
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(await file.json()).toMatchObject({ profile: [{ email }], orders: [] });
    for (const i of everyApi()) expect(await statusOf(meOf(person.accessToken, i))).toBe(200);
    expect((await me('deletion', { password: 'wrong' })).status).toBe(401);
    expect((await me('deletion', { password: person.password })).status).toBe(204);
    await expectRefused(person, 1_000);
    const mails = await mail.mailsTo(email, 2);
    expect(mails.map(({ subject }) => subject)).toContain('[온에어] 회원 탈퇴가 완료되었습니다');
    await unwrap(signUp(email));
  });

  it('are shown their devices and log one out, which every process knows within a second', async () => {
    const one = await makePerson(onair, 'device');
    const two = await logIn(onair, one.user.email, one.password);
    const { items } = await unwrap(two.api.GET('/v1/me/sessions'));
    expect(items.map(({ current }) => current)).toEqual([true, false]);
    expect(items[0]?.address).toBe('127.0.0.*');
    const path = { sessionId: items[1]?.id ?? '' };
    await two.api.DELETE('/v1/me/sessions/{sessionId}', { params: { path } });
    await expectRefused(one, 1_000);
    expect(await statusOf(meOf(two.accessToken))).toBe(200);
    await two.api.DELETE('/v1/me/sessions');
    await expectRefused(two, 1_000);
  });

  it('apply to sell, go on air once they are approved, and are off air when suspended from selling', async () => {
    const { user, password: own, api } = await makePerson(onair, 'applicant');
    const applied = await unwrap(
      api.POST('/v1/seller-applications', {
        params: attempt(),
        body: {
          businessNumber: unusedBusinessNumber(),
          businessName: '길동상회',
          details: {
            representative: '홍길동',
            openedOn: '2024-03-02',
            address: '서울특별시 강남구 테헤란로 1',
            phone: '010-1234-5678',
            email: 'shop@example.com',
          },
        },
      }),
    );
    await until('the Tax Service has answered', async () => {
      const { status, check } = await unwrap(api.GET('/v1/me/seller-application'));
      return status === 'checking' && check === 'valid';
    });
    await unwrap(
      shop.admin.api.POST('/v1/seller-applications/{applicationId}/approve', {
        params: { path: { applicationId: applied.id } },
        body: { reason: '서류 확인' },
      }),
    );
    const seller = await logIn(onair, user.email, own);
    expect(seller.user.roles).toContain('seller');
    const body = { title: '첫 방송' };
    const { id: broadcastId } = await unwrap(seller.api.POST('/v1/broadcasts', { body }));
    const params = { path: { broadcastId } };
    await unwrap(seller.api.POST('/v1/broadcasts/{broadcastId}/start', { params }));
    const viewer = await watch(
      onair.realtimeUrls[0] ?? '',
      broadcastId,
      await makePerson(onair, 'viewer'),
    );
    await unwrap(
      shop.admin.api.PUT('/v1/sellers/{sellerId}/suspension', {
        params: { path: { sellerId: user.id } },
        body: { reason: '허위 광고' },
      }),
    );
    await until('the room shows its end', () => viewer.room.state.status === 'ended', {
      timeoutMs: 1_000,
    });
    await expectRefused(seller, 1_000);
    const page = await unwrap(
      onair.rest().GET('/v1/sellers/{sellerId}', { params: { path: { sellerId: user.id } } }),
    );
    expect(page).toMatchObject({ suspended: true, business: { businessName: '길동상회' } });
    const sales = await shop.seller.api.GET('/v1/sellers/{sellerId}/sales', {
      params: {
        path: { sellerId: user.id },
        query: { from: '2026-01-01', to: '2026-01-31' },
      },
    });
    expect(sales.response.status).toBe(403);
    const again = await logIn(onair, user.email, own);
    expect(again.user.roles).toEqual(['viewer']);
    const subjects = (await mail.mailsTo(user.email, 3)).map(({ subject }) => subject);
    expect(subjects).toEqual(
      expect.arrayContaining([
        '[온에어] 판매자 신청이 승인되었습니다',
        '[온에어] 판매 자격이 정지되었습니다',
      ]),
    );
  });

  it('that are suspended are put out of rooms, and can neither order, pay nor log in', async () => {
    const person = await makePerson(onair, 'suspect');
    const viewer = await watch(onair.realtimeUrls[0] ?? '', shop.broadcastId, person);
    const orderOf = (key: string) => order(shop, person, 1, key);
    expect(await statusOf(orderOf('before'))).toBe(201);
    const path = { userId: person.user.id };
    await unwrap(
      shop.admin.api.PUT('/v1/users/{userId}/suspension', {
        params: { path },
        body: { reason: '사기 신고' },
      }),
    );
    await until('the room closed', () => viewer.closeCode() === 4020, { timeoutMs: 1_000 });
    await expectRefused(person, 1_000);
    // Neither through a room, which lets them in no more, nor past it.
    await expect(watch(onair.realtimeUrls[0] ?? '', shop.broadcastId, person)).rejects.toThrow(
      'SESSION_REVOKED',
    );
    const [pollId, questionId] = [newId('pol'), newId('qst')];
    const { broadcastId } = shop;
    const tries = await Promise.all([
      person.api.POST('/v1/broadcasts/{broadcastId}/questions', {
        params: { path: { broadcastId } },
        body: { text: '언제 오나요?' },
      }),
      person.api.POST('/v1/polls/{pollId}/votes', {
        params: { path: { pollId } },
        body: { choices: [0] },
      }),
      person.api.PUT('/v1/questions/{questionId}/vote', { params: { path: { questionId } } }),
    ]);
    expect(tries.map(({ error }) => error?.code)).toEqual(tries.map(() => 'SESSION_REVOKED'));
    await expect(logIn(onair, person.user.email, person.password)).rejects.toMatchObject({
      problem: { code: 'ACCOUNT_SUSPENDED' },
    });
    // A room that has not heard yet would ask on their behalf: the order itself is refused.
    const rooms = onair.rpc.as({ actor: { kind: 'service', name: 'realtime' } });
    const line = { skuId: shop.skuId, dealId: '', quantity: 1, expectedUnitPrice: 0 };
    const { outcomes } = await rooms.orders.placeOrders({
      orders: [
        {
          requestId: randomUUID(),
          userId: person.user.id,
          broadcastId: shop.broadcastId,
          lines: [line],
        },
      ],
    });
    const result = outcomes[0]?.result;
    expect(result?.$case === 'refusal' ? result.value.code : 'placed').toBe('ACCOUNT_SUSPENDED');
    const actor: UserActor = {
      ...{ kind: 'user', userId: person.user.id, sessionId: 'ses_x', name: '' },
      roles: ['viewer'],
    };
    await expect(
      onair.rpc.as({ actor }).orders.cancelOrder({ requestId: 'r' }),
    ).rejects.toMatchObject({ code: 'ACCOUNT_SUSPENDED' });
    await shop.admin.api.DELETE('/v1/users/{userId}/suspension', {
      params: { path, query: { reason: '소명됨' } },
    });
    await logIn(onair, person.user.email, person.password);
  });

  it('stay logged in while the signing key is rotated, everywhere, and JWKS verifies both', async () => {
    const person = await makePerson(onair, 'rotation');
    const made = await unwrap(
      shop.admin.api.POST('/v1/signing-keys', { body: { reason: 'routine' } }),
    );
    const kidOf = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')).kid;
    const next = await until('the new key signs', async () => {
      const person2 = await logIn(onair, person.user.email, person.password);
      return kidOf(person2.accessToken) === made.kid ? person2 : undefined;
    });
    expect(kidOf(person.accessToken)).not.toBe(made.kid);
    const jwks = createRemoteJWKSet(new URL(`${onair.apiUrls[0]}/.well-known/jwks.json`));
    for (const one of [person, next]) {
      const { accessToken } = one;
      for (const i of everyApi()) expect(await statusOf(meOf(accessToken, i))).toBe(200);
      await jwtVerify(accessToken, jwks, { issuer: 'onair', audience: 'onair' });
      await (await watch(onair.realtimeUrls[0] ?? '', shop.broadcastId, one)).leave();
    }
  });

  it('are told when to try again after too many wrong passwords', async () => {
    const person = await makePerson(onair, 'guessed');
    const guess = () =>
      onair.rest().POST('/v1/sessions', {
        body: { email: person.user.email, password: 'a wrong guess' },
      });
    let last = await guess();
    for (let i = 0; i < 10 && last.response.status === 401; i += 1) last = await guess();
    expect(last.response.status).toBe(429);
    expect(Number(last.response.headers.get('retry-after'))).toBeGreaterThan(0);
    const path = { userId: person.user.id };
    const { items } = await unwrap(
      shop.admin.api.GET('/v1/login-attempts', { params: { query: path } }),
    );
    expect(items.map(({ outcome }) => outcome)).toContain('limited');
    expect(items.every(({ address }) => address === '127.0.0.*')).toBe(true);
    const query = { ...path, reason: '도용 신고' };
    const full = await unwrap(shop.admin.api.GET('/v1/login-attempts', { params: { query } }));
    expect(full.items.every(({ address }) => address === '127.0.0.1')).toBe(true);
    const reads = await unwrap(
      shop.admin.api.GET('/v1/personal-data-reads', { params: { query: path } }),
    );
    expect(reads.items).toMatchObject([{ fields: ['address'], reason: '도용 신고' }]);
  });

  it('get the mail of a sign-up also when every process dies right after it', async () => {
    await mail.goDown();
    const email = newEmail();
    await unwrap(signUp(email));
    await crashAll();
    await mail.comeUp();
    // A worker that died with the job in its hands holds it until its lease is over.
    const came = await mail.mailsTo(email, 1, 110_000);
    expect(came).toHaveLength(1);
    // Nor did any other come twice.
    expect(new Set(mail.mails.map(({ messageId }) => messageId)).size).toBe(mail.mails.length);
  }, 150_000);

  it('with a second factor log in by a code or a recovery code, each good once', async () => {
    const person = await makePerson(onair, 'two-steps');
    const { email } = person.user;
    const { secret } = await unwrap(person.api.POST('/v1/me/totp', { body: {} }));
    const code = generateSync({ secret });
    const confirm = { body: { code } };
    const { recoveryCodes } = await unwrap(person.api.POST('/v1/me/totp/confirm', confirm));
    expect(recoveryCodes).toHaveLength(10);

    /** The first step, then the second with this code. */
    async function logInBy(second: string) {
      const rest = onair.rest(undefined);
      const body = { email: email ?? '', password: person.password };
      const { error } = await rest.POST('/v1/sessions', { body });
      expect(error).toMatchObject({ status: 401, code: 'SECOND_FACTOR_REQUIRED' });
      const challenge = String(Object(error).details?.challenge);
      return rest.POST('/v1/sessions/second-factor', { body: { challenge, code: second } });
    }
    const recovery = recoveryCodes[0] ?? raise();
    // The code that confirmed it is used up.
    expect((await logInBy(code)).error?.code).toBe('SECOND_FACTOR_INVALID');
    const { accessToken } = await unwrap(logInBy(recovery));
    expect((await meOf(accessToken)).data).toMatchObject({ id: person.user.id });
    expect((await logInBy(recovery)).error?.code).toBe('SECOND_FACTOR_INVALID');

    const mine = onair.rest(accessToken);
    expect((await mine.GET('/v1/me/totp')).data).toMatchObject({ recoveryCodesLeft: 9 });
    const disable = { body: { code: recoveryCodes[1] ?? raise() } };
    expect((await mine.POST('/v1/me/totp/disable', disable)).response.status).toBe(204);
    await logIn(onair, email ?? '', person.password);
  });

  it('that logged out stay so after every process was killed and started again', async () => {
    const person = await makePerson(onair, 'gone');
    await person.api.DELETE('/v1/me/sessions');
    await crashAll();
    for (const i of everyApi()) {
      expect((await meOf(person.accessToken, i)).error?.code).toBe('SESSION_REVOKED');
    }
  });

  it('see a mail that can’t be delivered fail where operators look', async () => {
    mail.mood = 'never';
    const email = newEmail();
    await unwrap(signUp(email));
    await until('it was refused', () => mail.asked.includes(email));
    mail.mood = 'takes';
    const { jobs } = onair.rpc.as({ actor: adminActor() });
    const reasons = new Map<string, string>();
    // Mails of the tests before may still have been under way, and died beside it.
    const came = await until('it came, once those that died were tried again', async () => {
      for (const job of (await jobs.listDeadJobs({})).jobs) {
        if (job.kind !== 'notifications.send-mail') continue;
        reasons.set(JSON.parse(job.payloadJson).mailId, job.lastError);
        await jobs.retryDeadJob({ requestId: randomUUID(), jobId: job.id });
      }
      return mail.mails.find(({ to }) => to.includes(email));
    });
    const mailId = /<(.+)@/.exec(came.messageId)?.[1] ?? raise();
    expect(reasons.get(mailId)).toContain('not this one');
    expect(await mail.mailsTo(email)).toHaveLength(1);
  });

  function adminActor(): UserActor {
    const { id: userId, name, roles } = shop.admin.user;
    return { kind: 'user', userId, sessionId: 'ses_x', name, roles };
  }

  /** Crashes every process at once, and starts them again, the services first. */
  async function crashAll(): Promise<void> {
    const processes = [...onair.processes.values()];
    await Promise.all(processes.map((process) => process.kill()));
    const services = processes.filter(({ name }) => name === 'all' || name.startsWith('grpc'));
    await Promise.all(services.map((process) => process.start()));
    const edges = processes.filter((process) => !services.includes(process));
    await Promise.all(edges.map((process) => process.start()));
    for (const i of everyApi()) {
      await until(
        'the api answers again',
        async () => (await fetch(`${onair.apiUrls[i]}/health/ready`)).ok,
      );
    }
  }
});

function raise(): never {
  throw new Error('no mail');
}
