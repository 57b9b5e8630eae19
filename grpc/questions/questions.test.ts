import type { Actor, UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import type { BoardNews } from '../../common/pulse/index.ts';
import {
  type AskQuestionOutcome,
  type NewQuestion,
  type Question,
  QuestionOrder,
  QuestionStatus,
  QuestionsServiceDefinition,
} from '../../proto/gen/onair/questions/v1/questions.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, createMarket, type Market, person, tally, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { testVault } from '../../test/kit/vault.ts';
import { type Chat, createChat } from '../chat/index.ts';
import type { Database } from '../db/index.ts';
import { createQuestions, createQuestionsService, verifyQuestions } from './index.ts';

const rooms: Actor = { kind: 'service', name: 'realtime' };
const guest: Actor = { kind: 'anonymous' };

describeOnBothDatabases('questions', (open) => {
  let db: Database;
  let market: Market;
  /** Two processes on one database. */
  let served: readonly [ServedRpc, ServedRpc];
  let chat: Chat;
  let broadcastId: string;
  let news: BoardNews[];
  let stopNews: () => void;

  function serve(): Promise<ServedRpc> {
    const { clock, pulse, broadcasts, config } = market;
    const deps = { config, db, clock, log: silentLogger(), vault: testVault, pulse };
    const everyone = async (ids: readonly string[]) => new Map(ids.map((id) => [id, '김철수']));
    const followers = { followersAmong: async () => new Map() };
    chat = createChat(deps, broadcasts, { namesOf: everyone }, followers);
    const service = createQuestionsService(createQuestions(deps, broadcasts, chat));
    return serveRpc((server) => server.add(QuestionsServiceDefinition, service));
  }

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    served = [await serve(), await serve()];
  });
  afterAll(() => Promise.all(served.map((each) => each.stop())));

  beforeEach(async () => {
    broadcastId = await market.goLive([]);
    news = [];
    stopNews = market.pulse.onBroadcast(broadcastId, (one) => {
      if (one.type === 'questions') news.push(one.board);
    });
  });
  afterEach(() => stopNews());

  const as = (actor: Actor, process = 0) => (served[process] ?? served[0]).as(actor).questions;
  const host = () => as(market.seller);
  const board = () => as(guest).getQuestionBoard({ broadcastId });

  const asked = (more: Partial<NewQuestion> = {}): NewQuestion => ({
    requestId: unused('ask'),
    broadcastId,
    userId: newId('usr'),
    name: '김철수',
    text: '재입고되나요?',
    ...more,
  });
  async function ask(
    questions: NewQuestion[],
    process = 0,
    actor = rooms,
  ): Promise<AskQuestionOutcome[]> {
    return (await as(actor, process).askQuestions({ questions })).outcomes;
  }
  const said = ({ result }: AskQuestionOutcome) =>
    result?.$case === 'question' ? 'asked' : result?.value.code;
  async function question(more: Partial<NewQuestion> = {}): Promise<Question> {
    const [outcome] = await ask([asked(more)]);
    if (outcome?.result?.$case !== 'question')
      throw new Error(`refused: ${outcome?.result?.value}`);
    return outcome.result.value;
  }
  async function upvote(
    questionId: string,
    userIds: string[],
    { process = 0, actor = rooms } = {},
  ): Promise<(number | string | undefined)[]> {
    const upvotes = userIds.map((userId) => ({ questionId, userId }));
    const { outcomes } = await as(actor, process).upvoteQuestions({ upvotes });
    return outcomes.map(({ result }) =>
      result?.$case === 'upvote' ? result.value.votes : result?.value.code,
    );
  }
  const people = (count: number) => Array.from({ length: count }, () => newId('usr'));
  const answer = (questionId: string, text: string, by: Actor = market.seller) =>
    as(by).answerQuestion({ requestId: unused('answer'), questionId, text });
  const pin = (questionId: string, by: Actor = market.seller) =>
    as(by).pinQuestion({ requestId: unused('pin'), broadcastId, questionId });
  const hide = (questionId: string, hidden = true, by: Actor = market.seller) =>
    as(by).hideQuestion({ requestId: unused('hide'), questionId, hidden });
  const history = async (questionId: string) =>
    (
      await db.primary.rows<{ action: string; detail: string; actor: string }>(
        'SELECT action, detail, actor FROM question_history WHERE questionId = ? ORDER BY id',
        [questionId],
      )
    ).map(({ action, detail, actor }) => {
      expect(actor).toBe(market.seller.userId);
      return detail === '' ? action : `${action} ${detail}`;
    });

  describe('asking', () => {
    it('stores what was asked, cleaned as chat is', async () => {
      const userId = newId('usr');
      const one = await question({ userId, text: '  색이 더 있나요? ' });
      expect(one).toEqual({
        id: expect.stringMatching(/^qst_/),
        ...{ broadcastId, userId, name: '김철수', text: '색이 더 있나요?', votes: 0 },
        ...{ status: QuestionStatus.OPEN, answer: '', answeredAt: undefined },
        ...{ askedAt: new Date(market.clock.now()), shadowed: false },
      });
      expect(await as(guest).getQuestion({ questionId: one.id })).toEqual(one);
      await market.newsDelivered();
      expect(news).toEqual([{ open: 1, version: 1, pinned: null }]);
    });

    it('twice under one id stores once, in one call, in another, and at another process', async () => {
      const one = asked();
      const other = { ...one, text: '다른 질문' };
      expect((await ask([one, one, other])).map(said)).toEqual([
        'asked',
        'asked',
        'REQUEST_ID_REUSED',
      ]);
      await Promise.all(Array.from({ length: 20 }, (_, i) => ask([one], i % 2)));
      expect((await board()).openCount).toBe(1);
    });

    it('of 100 people at once, each sent twice, stores 100', async () => {
      const all = Array.from({ length: 100 }, () => asked());
      const outcomes = await Promise.all([...all, ...all].map((one, i) => ask([one], i % 2)));
      expect(tally(outcomes.flat().map((one) => said(one) ?? ''))).toEqual({ asked: 200 });
      expect((await board()).openCount).toBe(100);
      const [row] = await db.primary.rows<{ count: number }>(
        'SELECT COUNT(*) AS count FROM questions WHERE broadcastId = ?',
        [broadcastId],
      );
      expect(Number(row?.count)).toBe(100);
    });

    it('keeps the chat’s rules of words, links and mutes, where nothing waits', async () => {
      const about = () => ({ requestId: unused('rule'), reason: '' });
      await chat.moderation.addWords(market.seller, {
        ...{ ...about(), ownerId: market.seller.userId },
        words: [
          { word: '짝퉁', action: 'refuse' },
          { word: '공구', action: 'hold' },
        ],
      });
      await chat.moderation.addWords(person('admin'), {
        ...{ ...about(), ownerId: '' },
        words: [{ word: '시발', action: 'refuse' }],
      });
      market.clock.advance(2_000);
      const [muted, asker, caller, other] = people(4);
      const mute = { broadcastId, userId: muted ?? '', reason: '도배' } as const;
      await chat.moderation.muteUser(market.seller, {
        ...{ ...about(), ...mute, kind: 'mute', sellerWide: false },
      });
      const texts = ['짝퉁인가요?', '공구 하나요?', '시.발', 'naver.com 이랑 같나요?', '재입고?'];
      const questions = [
        ...texts.map((text) => asked({ userId: asker ?? '', text })),
        asked({ userId: muted ?? '' }),
        asked({ userId: market.seller.userId, text: '짝퉁 아닌 거 아시죠? onair.kr' }),
        asked({ userId: caller ?? '', text: '010-1234-5678로 전화 주실래요?' }),
        asked({ userId: market.seller.userId, text: '010-1234-5678로 전화 주실래요?' }),
      ];
      for (const process of [0, 1]) {
        expect((await ask(questions, process)).map(said)).toEqual([
          ...['CHAT_BANNED_WORD', 'CHAT_BANNED_WORD', 'CHAT_BANNED_WORD', 'CHAT_LINK', 'asked'],
          ...['CHAT_MUTED', 'asked', 'CHAT_PHONE_NUMBER', 'asked'],
        ]);
      }
      const hasty = ['하나', '둘', '시.발', '셋', '시.발'];
      const inHaste = hasty.map((text) => asked({ userId: other ?? '', text }));
      expect((await ask(inHaste)).map(said)).toEqual([
        ...['asked', 'asked', 'CHAT_BANNED_WORD', 'asked', 'RATE_LIMITED'],
      ]);
      const { version } = await chat.moderation.getSettings(broadcastId);
      const allow = { broadcastId, version, linkPolicy: 'allow', mode: 'frozen' } as const;
      await chat.moderation.changeSettings(market.seller, { ...about(), ...allow });
      expect((await ask([asked({ text: 'naver.com 이랑 같나요?' })])).map(said)).toEqual(['asked']);
      await chat.moderation.unmuteUser(market.seller, {
        ...{ ...about(), ...mute, reason: '반성', kind: 'mute', sellerWide: false },
      });
      expect((await ask([asked({ userId: muted ?? '' })])).map(said)).toEqual(['asked']);
    });

    it('is for three questions a minute, also of 20 at once', async () => {
      const userId = newId('usr');
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => ask([asked({ userId })], i % 2)),
      );
      expect(tally(outcomes.flat().map((one) => said(one) ?? ''))).toEqual({
        asked: 3,
        RATE_LIMITED: 17,
      });
      market.clock.advance(59_999);
      const [early] = await ask([asked({ userId })]);
      expect(early?.result?.value).toMatchObject({
        code: 'RATE_LIMITED',
        details: { retryAfterMs: '1' },
      });
      market.clock.advance(1);
      expect((await ask([asked({ userId })])).map(said)).toEqual(['asked']);
    });

    it('is refused one by one, and the others are stored', async () => {
      const scheduled = await market.broadcasts.createBroadcast(market.seller, {
        requestId: unused('broadcast'),
        ...{ title: '내일', description: '', scheduledAt: undefined },
      });
      const outcomes = await ask([
        asked({ text: '  ' }),
        asked({ text: 'x'.repeat(201) }),
        asked({ text: '두\n줄' }),
        asked({ text: '\u202e거꾸로' }),
        asked({ requestId: '' }),
        asked({ userId: 'me' }),
        asked({ broadcastId: newId('brc') }),
        asked({ broadcastId: scheduled }),
        asked({ text: '😀'.repeat(200) }),
      ]);
      expect(outcomes.map(said)).toEqual([
        ...new Array(6).fill('INVALID_ARGUMENT'),
        'NOT_FOUND',
        'BROADCAST_NOT_LIVE',
        'asked',
      ]);
      const many = Array.from({ length: 501 }, () => asked());
      await expect(ask(many)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(ask([asked()], 0, guest)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('is done in one’s own name, by people who are not banned', async () => {
      const asker: UserActor = { ...person('viewer'), name: '이영희' };
      const { userId } = asker;
      expect((await ask([asked()], 0, asker)).map(said)).toEqual(['PERMISSION_DENIED']);
      const [mine] = await ask([asked({ userId, name: '판매자' })], 0, asker);
      expect(mine?.result?.value).toMatchObject({ name: '이영희' });
      const until = market.clock.now() + 1_000;
      await db.transaction((tx) =>
        tx.insert('viewer_bans', [
          {
            ...{ scopeId: broadcastId, userId, reason: '도배', bannedBy: market.seller.userId },
            ...{ bannedAt: 1, expiresAt: until },
          },
        ]),
      );
      const one = await question();
      const [refused] = await ask([asked({ userId })], 0, asker);
      expect(refused?.result?.value).toMatchObject({
        code: 'BANNED',
        details: { until: String(until) },
      });
      expect(await upvote(one.id, [userId])).toEqual(['BANNED']);
      market.clock.advance(1_000);
      expect(await upvote(one.id, [userId])).toEqual([1]);
    });
  });

  describe('votes', () => {
    it('of 300 people at two processes, each sent twice, count once', async () => {
      const one = await question();
      const voters = people(300);
      const calls = Array.from({ length: 6 }, (_, i) => voters.slice(i * 50, i * 50 + 50));
      await Promise.all(
        [...calls, ...calls].map((call, i) => upvote(one.id, call, { process: i % 2 })),
      );
      const { votes } = await as(guest).getQuestion({ questionId: one.id });
      const [row] = await db.primary.rows<{ count: number }>(
        'SELECT COUNT(*) AS count FROM question_votes WHERE questionId = ?',
        [one.id],
      );
      expect([votes, Number(row?.count)]).toEqual([300, 300]);
    });

    it('are one’s own, for questions that are there and shown', async () => {
      const one = await question();
      const voter = person('viewer');
      expect(await upvote(one.id, [newId('usr')], { actor: voter })).toEqual(['PERMISSION_DENIED']);
      expect(await upvote(newId('qst'), [voter.userId])).toEqual(['NOT_FOUND']);
      expect(await upvote('qst_1', [voter.userId])).toEqual(['INVALID_ARGUMENT']);
      await hide(one.id);
      expect(await upvote(one.id, [voter.userId])).toEqual(['NOT_FOUND']);
      await hide(one.id, false);
      expect(await upvote(one.id, [voter.userId, voter.userId], { actor: voter })).toEqual([1, 1]);
    });

    it('are told to the rooms for the pinned question alone', async () => {
      const [one, other] = [await question(), await question()];
      await pin(one.id);
      await upvote(other.id, people(3));
      await upvote(one.id, people(2));
      await market.newsDelivered();
      expect(news.map(({ version, pinned }) => [version, pinned?.votes])).toEqual([
        [1, undefined],
        [2, undefined],
        [3, 0],
        [4, 2],
      ]);
    });
  });

  describe('the host', () => {
    it('answers, and answers again; the history keeps both', async () => {
      const one = await question();
      await answer(one.id, '네, 다음 주에요');
      market.clock.advance(1_000);
      expect(await answer(one.id, '네, 월요일에요')).toMatchObject({
        ...{ status: QuestionStatus.ANSWERED, answer: '네, 월요일에요' },
        answeredAt: new Date(market.clock.now()),
      });
      expect(await history(one.id)).toEqual([
        'answered 네, 다음 주에요',
        'answered 네, 월요일에요',
      ]);
      expect((await board()).openCount).toBe(0);
    });

    it('does a thing once for a request id, also asked 20 times at once', async () => {
      const one = await question();
      const request = { requestId: unused('answer'), questionId: one.id, text: '네' };
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => as(market.seller, i % 2).answerQuestion(request)),
      );
      expect(await history(one.id)).toEqual(['answered 네']);
      await expect(host().answerQuestion({ ...request, text: '아니요' })).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
      });
    });

    it('pins one in the place of another, and none', async () => {
      const [one, other] = [await question(), await question()];
      expect(await pin(one.id)).toMatchObject({ pinned: { id: one.id }, openCount: 2 });
      expect(await pin(other.id)).toMatchObject({
        pinned: { id: other.id },
        pinnedAt: new Date(market.clock.now()),
      });
      await answer(other.id, '네');
      await pin('');
      expect(await board()).toMatchObject({ pinned: undefined, pinnedAt: undefined, openCount: 1 });
      expect(await history(one.id)).toEqual(['pinned', 'unpinned']);
      expect(await history(other.id)).toEqual(['pinned', 'answered 네', 'unpinned']);
      await market.newsDelivered();
      expect(news.slice(2).map(({ pinned }) => pinned && [pinned.id, pinned.answer])).toEqual([
        [one.id, ''],
        [other.id, ''],
        [other.id, '네'],
        null,
      ]);
    });

    it('hides: it is gone for viewers, unpinned, and can be shown again', async () => {
      const one = await question();
      await pin(one.id);
      const hidden = await hide(one.id);
      expect(hidden.status).toBe(QuestionStatus.HIDDEN);
      expect(await hide(one.id)).toEqual(hidden);
      expect(await board()).toMatchObject({ pinned: undefined, openCount: 0 });
      const find = (actor: Actor) => as(actor).getQuestion({ questionId: one.id });
      for (const actor of [guest, rooms, person('viewer')]) {
        await expect(find(actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
      expect(await find(market.seller)).toEqual(hidden);
      expect(await codeOf(pin(one.id))).toBe('NOT_FOUND');
      expect((await hide(one.id, false)).status).toBe(QuestionStatus.OPEN);
      expect((await board()).openCount).toBe(1);
      expect(await history(one.id)).toEqual(['pinned', 'hidden', 'unpinned', 'shown']);
    });

    it('is refused what can’t be', async () => {
      const one = await question();
      const elsewhere = await question({ broadcastId: await market.goLive([]) });
      expect(await codeOf(pin(elsewhere.id))).toBe('NOT_FOUND');
      for (const id of [newId('qst')]) {
        const codes = [codeOf(answer(id, '네')), codeOf(pin(id)), codeOf(hide(id))];
        expect(await Promise.all(codes)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
      }
      for (const text of ['', ' ', '가'.repeat(501), '두\n줄']) {
        expect(await codeOf(answer(one.id, text))).toBe('INVALID_ARGUMENT');
      }
      expect((await answer(one.id, '가'.repeat(500))).answer).toHaveLength(500);
    });

    it('has moderators and admins who may do the same, and nobody else', async () => {
      const one = await question();
      const stranger = person('viewer', 'seller');
      const tries = (by: Actor) =>
        Promise.all(
          [answer(one.id, '네', by), pin(one.id, by), hide(one.id, true, by)].map(codeOf),
        );
      expect(await tries(stranger)).toEqual(new Array(3).fill('PERMISSION_DENIED'));
      expect(await tries(guest)).toEqual(new Array(3).fill('UNAUTHENTICATED'));
      expect(await codeOf(answer(one.id, '네', person('admin')))).toBe('ok');
      await db.transaction((tx) =>
        tx.insert('broadcast_moderators', [
          { broadcastId, userId: stranger.userId, addedBy: market.seller.userId, addedAt: 1 },
        ]),
      );
      expect(await codeOf(pin(one.id, stranger))).toBe('ok');
    });
  });

  describe('of people who are muted in the shadow', () => {
    const moderator = person('viewer');
    let troll: UserActor;
    beforeEach(async () => {
      troll = person('viewer');
      await chat.moderation.muteUser(market.seller, {
        ...{ requestId: unused('mute'), broadcastId, userId: troll.userId, reason: '도배' },
        ...{ kind: 'shadow', sellerWide: false },
      });
      await market.broadcasts.people.addModerator(market.seller, {
        ...{ requestId: unused('mod'), broadcastId, userId: moderator.userId },
      });
    });

    async function askInShadow(requestId = unused('ask')): Promise<Question> {
      const [outcome] = await ask([asked({ requestId, userId: troll.userId })], 0, troll);
      if (outcome?.result?.$case !== 'question') throw new Error('the shadow was told');
      return outcome.result.value;
    }
    const find = (questionId: string, actor: Actor) => as(actor).getQuestion({ questionId });
    const list = async (actor: Actor, order = QuestionOrder.NEWEST) => {
      const { questions } = await as(actor).listQuestions({ broadcastId, order });
      return questions.map(({ id, shadowed }) => (shadowed ? `${id} shadowed` : id));
    };

    it('look like any other to their asker, and are seen by those who keep order alone', async () => {
      const other = await question();
      const mine = await askInShadow();
      expect(mine).toMatchObject({ status: QuestionStatus.OPEN, votes: 0, shadowed: false });
      for (const order of [QuestionOrder.NEWEST, QuestionOrder.VOTES]) {
        expect(await list(troll, order)).toEqual([mine.id, other.id]);
        for (const actor of [guest, rooms, person('viewer'), person('seller')]) {
          expect(await list(actor, order)).toEqual([other.id]);
        }
        for (const keeper of [market.seller, moderator, person('admin')]) {
          expect(await list(keeper, order)).toEqual([`${mine.id} shadowed`, other.id]);
        }
      }
      expect(await find(mine.id, troll)).toEqual(mine);
      expect(await find(mine.id, moderator)).toEqual({ ...mine, shadowed: true });
      for (const actor of [guest, rooms, person('viewer')]) {
        expect(await codeOf(find(mine.id, actor))).toBe('NOT_FOUND');
      }
    });

    it('change no count and are no news, whatever is done with them', async () => {
      await question();
      const before = await board();
      const mine = await askInShadow();
      expect(await answer(mine.id, '네')).toMatchObject({ answer: '네', shadowed: true });
      expect((await find(mine.id, troll)).answer).toBe('네');
      await hide(mine.id);
      expect(await codeOf(find(mine.id, troll))).toBe('NOT_FOUND');
      await hide(mine.id, false);
      expect(await codeOf(pin(mine.id))).toBe('NOT_FOUND');
      expect(await board()).toEqual(before);
      await market.newsDelivered();
      expect(news).toHaveLength(1);
      expect(await verifyQuestions(db.primary)).toEqual([]);
    });

    it('take the vote of their asker, and of nobody else', async () => {
      const mine = await askInShadow();
      expect(await upvote(mine.id, [newId('usr'), market.seller.userId, troll.userId])).toEqual([
        ...['NOT_FOUND', 'NOT_FOUND', 1],
      ]);
      expect((await find(mine.id, troll)).votes).toBe(1);
    });

    it('are asked once for a request id, and three a minute, as all are', async () => {
      const first = await askInShadow('shadow-once');
      expect(await askInShadow('shadow-once')).toEqual(first);
      await askInShadow();
      await askInShadow();
      const again = asked({ userId: troll.userId });
      expect((await ask([again], 1)).map(said)).toEqual(['RATE_LIMITED']);
    });

    it('are shown to all again once the mute is lifted', async () => {
      await chat.moderation.unmuteUser(market.seller, {
        ...{ requestId: unused('mute'), broadcastId, userId: troll.userId, reason: '반성' },
        ...{ kind: 'shadow', sellerWide: false },
      });
      const mine = await askInShadow();
      expect(await list(guest)).toEqual([mine.id]);
      expect((await board()).openCount).toBe(1);
    });
  });

  it('agree with their votes, whatever was done; a count that does not is named', async () => {
    expect(await verifyQuestions(db.primary)).toEqual([]);
    const one = await question();
    const change = (by: number) =>
      db.transaction(async (tx) => {
        await tx.execute('UPDATE questions SET votes = votes + ? WHERE id = ?', [by, one.id]);
        await tx.execute(
          'UPDATE question_boards SET openCount = openCount + ? WHERE broadcastId = ?',
          [by, broadcastId],
        );
      });
    await change(1);
    expect(await verifyQuestions(db.primary)).toEqual([
      `${one.id}: counts 1 votes, 0 are stored`,
      `${broadcastId}: counts 2 open questions, 1 are`,
    ]);
    await change(-1);
    expect(await verifyQuestions(db.primary)).toEqual([]);
  });

  describe('lists', () => {
    async function list(order: QuestionOrder, status: QuestionStatus, actor: Actor = guest) {
      const ids: string[] = [];
      let pageToken = '';
      do {
        const query = { broadcastId, order, status, pageSize: 2, pageToken };
        const page = await as(actor).listQuestions(query);
        ids.push(...page.questions.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return ids;
    }

    it('are by age or by votes, of what is open, answered, hidden or shown', async () => {
      const all: string[] = [];
      for (let i = 0; i < 6; i += 1) all.unshift((await question()).id);
      const [f = '', e = '', d = '', c = '', b = '', a = ''] = all;
      await upvote(b, people(12));
      await upvote(d, people(3));
      await upvote(a, people(3));
      await upvote(f, people(5));
      await answer(c, '네');
      await hide(f);
      const { NEWEST, VOTES } = QuestionOrder;
      const { UNSPECIFIED, OPEN, ANSWERED, HIDDEN } = QuestionStatus;
      expect(await list(NEWEST, UNSPECIFIED)).toEqual([e, d, c, b, a]);
      expect(await list(VOTES, UNSPECIFIED)).toEqual([b, d, a, e, c]);
      expect(await list(VOTES, OPEN)).toEqual([b, d, a, e]);
      expect(await list(NEWEST, ANSWERED)).toEqual([c]);
      expect(await list(NEWEST, HIDDEN, market.seller)).toEqual([f]);
      for (const actor of [guest, person('viewer')]) {
        expect(await codeOf(list(NEWEST, HIDDEN, actor))).toBe('PERMISSION_DENIED');
      }
    });

    it('refuse tokens of another order or of nobody, and unknown broadcasts', async () => {
      for (let i = 0; i < 3; i += 1) await question();
      const page = (order: QuestionOrder, pageToken = '') =>
        as(guest).listQuestions({ broadcastId, order, pageSize: 1, pageToken });
      const { NEWEST, VOTES } = QuestionOrder;
      const tokens = [(await page(NEWEST)).nextPageToken, (await page(VOTES)).nextPageToken];
      const codes = [page(VOTES, tokens[0]), page(NEWEST, tokens[1]), page(NEWEST, '!')];
      expect(await Promise.all(codes.map(codeOf))).toEqual(new Array(3).fill('INVALID_ARGUMENT'));
      const unknown = { broadcastId: newId('brc') };
      expect(await codeOf(as(guest).listQuestions(unknown))).toBe('NOT_FOUND');
      expect(await codeOf(as(guest).getQuestionBoard(unknown))).toBe('NOT_FOUND');
    });
  });
});
