import { toPoints } from '../../common/money.ts';
import { goodPassword, nowhere, plainSignUp } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, tally, unused } from '../../test/kit/market.ts';
import {
  type Person,
  type Scene,
  secretBrowser,
  setScene,
  sharedPhone,
} from '../../test/kit/scene.ts';
import { until } from '../../test/kit/until.ts';
import type { Database } from '../db/index.ts';
import { verifyFollows } from '../follows/index.ts';
import { createLimits } from '../limits/index.ts';
import { nameOfLeavers } from '../personal-data.ts';
import { verifyLedger } from '../points/index.ts';
import { createDepartures } from './index.ts';

const dayMs = 86_400_000;

describeOnBothDatabases('people who leave', (open) => {
  let db: Database;
  let scene: Scene;
  let seller: Person;
  let show: { readonly broadcastId: string; readonly skuId: string };

  beforeAll(async () => {
    db = await open();
    scene = setScene(db);
    seller = await scene.someone(['seller']);
    show = await scene.goLive(seller.me);
  });
  afterAll(() => scene.context.close());

  const leave = ({ me }: Person, password = goodPassword, requestId = unused('d')) =>
    scene.context.departures.deleteAccount(me, { requestId, password });
  const kindsOf = async (userId: string) =>
    (await scene.context.users.listAccountChanges({ userId, limit: 9 })).map(({ kind }) => kind);
  const follow = (userId: string, sellerId: string) =>
    scene.context.follows.change({ kind: 'follow', requestId: unused('f'), userId, sellerId });

  /** Every row of every table that holds the words somewhere, by table. */
  async function tablesWith(words: string): Promise<string[]> {
    const tables = db.source.entityMetadatas.map(({ tableName }) => tableName);
    const found: string[] = [];
    for (const table of tables) {
      const rows = await db.primary.rows(`SELECT * FROM ${table}`);
      if (JSON.stringify(rows).includes(words)) found.push(table);
    }
    return found;
  }
  async function eraseRest(userId: string): Promise<void> {
    while (!(await scene.context.departures.eraseRest(userId)));
  }

  it('leave nothing behind that tells who they were, but what others need', async () => {
    const { context } = scene;
    const person = await scene.someone();
    const { user, me } = person;
    await scene.charge(user.id, 1_500);
    await scene.pay(user.id, await scene.order(user.id, show));
    await follow(user.id, seller.user.id);
    await scene.say(person, show.broadcastId, '안녕하세요');
    await scene.say(person, show.broadcastId, `제 번호는 비밀 ${user.name}`);
    const { messages } = await context.chat.listMessages(seller.me, {
      ...{ broadcastId: show.broadcastId, position: { afterSeq: 0 }, limit: 10 },
    });
    const said = messages.find(({ text }) => text.startsWith('제 번호는'));
    const removal = { broadcastId: show.broadcastId, seq: said?.seq ?? 0, reason: '개인정보' };
    await context.chat.moderation.removeMessage(seller.me, { requestId: unused('x'), ...removal });
    const { broadcastId } = show;
    await context.questions.askQuestions([
      { requestId: unused('q'), broadcastId, userId: user.id, name: user.name, text: '언제 와요?' },
    ]);
    expect(
      await codeOf(
        context.sessions.logIn({ email: user.email, password: 'wrong', client: nowhere }),
      ),
    ).toBe('BAD_CREDENTIALS');
    expect(await tablesWith(user.name)).toEqual(
      expect.arrayContaining(['users', 'chat_messages', 'chat_removed', 'questions']),
    );

    expect(await codeOf(leave(person, 'wrong'))).toBe('BAD_CREDENTIALS');
    expect(await codeOf(leave(person, ''))).toBe('BAD_CREDENTIALS');
    const ended: string[] = [];
    scene.deps.pulse.onSessions((news) => ended.push(...news.ended.map((one) => one.sessionId)));
    await leave(person);
    await until('the news came', () => ended.includes(me.sessionId));
    expect(await codeOf(context.sessions.refreshSession(person.refreshToken, nowhere))).toBe(
      'SESSION_REVOKED',
    );
    expect(await tablesWith(user.email)).toEqual([]);
    expect(await tablesWith('203.0.113.7')).not.toContain('sessions');
    await eraseRest(user.id);
    await eraseRest(user.id);
    for (const words of [user.name, user.email]) expect(await tablesWith(words)).toEqual([]);
    const rows = (table: string) =>
      db.primary.rows(`SELECT * FROM ${table} WHERE userId = ?`, [user.id]);
    for (const table of ['sessions', 'login_attempts']) {
      expect(JSON.stringify(await rows(table))).not.toContain(secretBrowser);
    }
    expect(JSON.stringify(await rows('chat_messages'))).toContain(nameOfLeavers);
    expect(JSON.stringify(await rows('questions'))).toContain(nameOfLeavers);
    expect(await rows('follows')).toEqual([]);
    expect(await kindsOf(user.id)).toContain('erased');
    const row = await context.users.readIn(db.primary, user.id);
    expect(row).toMatchObject({ email: '', phone: '', name: nameOfLeavers, roles: [] });

    // Points lapse, and all books still balance.
    expect(await context.points.balanceOf(user.id)).toEqual({ available: 0, held: 0 });
    await context.points.expireLots(100);
    expect(await verifyLedger(db.primary)).toEqual([]);
    expect(await verifyFollows(db.primary)).toEqual([]);

    // The e-mail and the phone number are anyone's.
    const again = await context.users.signUp({
      ...plainSignUp,
      ...{ requestId: unused('s'), email: user.email, name: '새사람', phone: sharedPhone },
    });
    expect(again.id).not.toBe(user.id);
  });

  it('are kept apart for five years where they bought, and known to whom gives a reason', async () => {
    const { departures } = scene.context;
    const admin = { kind: 'service', name: 'test' } as const;
    const identityOf = (userId: string) =>
      departures.readRetained(admin, { userId, reason: '법원 요청' });
    const buyer = await scene.someone();
    const { id, name, email } = buyer.user;
    await scene.charge(id, 1_000);
    const orderId = await scene.order(id, show);
    await scene.pay(id, orderId);
    const paidAt = scene.clock.now();
    scene.clock.advance(30 * dayMs);
    const later = await logInAgain(buyer);
    await leave(later);
    expect(await tablesWith(name)).toEqual([]);
    const kept = await identityOf(id);
    expect(kept).toEqual({
      ...{ name, email, phone: sharedPhone, erasedAt: scene.clock.now() },
      keptUntil: Date.UTC(2031, 0, 1) + (paidAt - Date.UTC(2026, 0, 1)),
    });
    expect(await kindsOf(id)).toEqual(expect.arrayContaining(['erased', 'identity_read']));
    scene.clock.advance(kept.keptUntil - scene.clock.now() - 1);
    expect(await departures.eraseRetained(10)).toBe(0);
    scene.clock.advance(1);
    const runs = await Promise.all([1, 2].map(() => departures.eraseRetained(10)));
    expect(runs.some((erased) => erased >= 1)).toBe(true);
    expect(await departures.eraseRetained(10)).toBe(0);
    expect(await codeOf(identityOf(id))).toBe('NOT_FOUND');
    expect((await kindsOf(id)).filter((kind) => kind === 'identity_erased')).toHaveLength(1);
    // The books keep the order.
    expect(await scene.context.orders.readOrder(orderId)).toMatchObject({ status: 'paid' });
  });

  /** In the scene's time a session may be over. */
  async function logInAgain({ user, me }: Person): Promise<Person> {
    const { sessions } = scene.context;
    const logIn = { email: user.email, password: goodPassword, client: nowhere };
    const { refreshToken } = await sessions.logIn(logIn);
    const [session] = await sessions.listSessions(me, { userId: user.id, limit: 1 });
    return { user, refreshToken, me: { ...me, sessionId: session?.id ?? '' } };
  }

  it('are not kept at all where they never paid', async () => {
    const visitor = await scene.someone();
    await leave(visitor);
    const kept = 'SELECT * FROM retained_identities WHERE userId = ?';
    expect(await db.primary.rows(kept, [visitor.user.id])).toEqual([]);
  });

  it('finish first what is open: orders, held points, sales, broadcasts on air', async () => {
    const { context } = scene;
    const refusal = (person: Person) => leave(person).catch((error: unknown) => error);
    const buyer = await scene.someone();
    const orderId = await scene.order(buyer.user.id, show);
    expect(await refusal(buyer)).toMatchObject({ code: 'OPEN_MATTERS', details: { orders: '1' } });
    expect(await refusal(seller)).toMatchObject({
      code: 'OPEN_MATTERS',
      details: { liveBroadcasts: '1', sales: expect.any(String) },
    });
    const cancel = { requestId: unused('x'), orderId, reason: undefined };
    await context.orders.cancelOrder(buyer.me, cancel);
    await scene.charge(buyer.user.id, 100);
    const hold = { userId: buyer.user.id, amount: toPoints(40), reference: 'x' };
    const { id: holdId } = await context.points.hold('system', {
      ...hold,
      requestId: unused('h'),
    });
    expect(await refusal(buyer)).toMatchObject({ details: { heldPoints: '40' } });
    // Nothing was changed by what was refused.
    await context.sessions.refreshSession(buyer.refreshToken, nowhere);
    await context.points.void('system', holdId);
    await leave(buyer);
    const boss = await scene.someone(['admin']);
    expect(await codeOf(leave(boss))).toBe('INVALID_STATE');
  });

  it('leave once of many times at once, and are told once', async () => {
    const person = await scene.someone();
    const requestId = unused('d');
    const codes = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        codeOf(leave(person, goodPassword, i < 5 ? requestId : unused('d'))),
      ),
    );
    // The others find no password any more, or wait as after so many failures.
    expect(tally(codes).ok).toBeGreaterThanOrEqual(1);
    for (const code of codes) expect(['ok', 'BAD_CREDENTIALS', 'RATE_LIMITED']).toContain(code);
    expect((await kindsOf(person.user.id)).filter((kind) => kind === 'erased')).toHaveLength(1);
    const mails = await db.primary.rows(
      `SELECT * FROM mails WHERE userId = ? AND template = 'account_deleted'`,
      [person.user.id],
    );
    expect(mails).toHaveLength(1);
  });

  it('are asked once: the request that did it is answered as before', async () => {
    const person = await scene.someone();
    const requestId = unused('d');
    await leave(person, goodPassword, requestId);
    await leave(person, goodPassword, requestId);
    expect(await codeOf(leave(person))).toBe('REAUTHENTICATION_REQUIRED');
  });

  it('stay as they were when one of the domains fails, whatever was erased before', async () => {
    const person = await scene.someone();
    await follow(person.user.id, seller.user.id);
    const { context, deps } = scene;
    const failing = createDepartures(deps, context.users, createLimits(deps.config, deps.log), [
      context.sessions.personalData,
      context.notifications.personalData,
      {
        async eraseIn() {
          throw new Error('killed');
        },
      },
    ]);
    const input = { requestId: unused('d'), password: goodPassword };
    await expect(failing.deleteAccount(person.me, input)).rejects.toThrow('killed');
    expect(await context.users.readIn(db.primary, person.user.id)).toEqual(person.user);
    const [session] = await db.primary.rows<{ userAgent: string }>(
      'SELECT userAgent FROM sessions WHERE userId = ?',
      [person.user.id],
    );
    expect(session?.userAgent).toBe(secretBrowser);
    await context.sessions.refreshSession(person.refreshToken, nowhere);
  });
});
