import { loadConfig } from '../../../common/config.ts';
import { newId } from '../../../common/ids.ts';
import { silentLogger } from '../../../common/logger.ts';
import type { ChatNews } from '../../../common/pulse/index.ts';
import { describeOnBothDatabases } from '../../../test/kit/databases.ts';
import { codeOf, createMarket, type Market, person, unused } from '../../../test/kit/market.ts';
import { testVault } from '../../../test/kit/vault.ts';
import type { Outcome } from '../../db/index.ts';
import { createFollows, type Follows } from '../../follows/index.ts';
import { lockChannels } from '../channels.ts';
import { type Chat, createChat } from '../index.ts';
import type { Posted } from '../say-messages.ts';
import { operator } from '../word-lists.ts';

describeOnBothDatabases('keeping order in a chat', (open) => {
  let market: Market;
  let follows: Follows;
  let chat: Chat;
  let broadcastId: string;
  const admin = person('admin');
  const strangers = new Set<string>();

  function makeChat(): Chat {
    const { db, clock, pulse, broadcasts } = market;
    const config = loadConfig({ ONAIR_ENV: 'test' });
    const deps = { config, db, clock, log: silentLogger(), vault: testVault, pulse };
    const namesOf = async (ids: readonly string[]) =>
      new Map(ids.filter((id) => !strangers.has(id)).map((id) => [id, '김하나']));
    follows = createFollows(deps, {
      sellersAmong: async (_read, ids) => new Set(ids),
      namesOf: (_read, ids) => namesOf(ids),
    });
    return createChat(deps, broadcasts, { namesOf }, follows);
  }

  beforeAll(async () => {
    market = createMarket(await open());
    chat = makeChat();
  });
  beforeEach(async () => {
    market.clock.advance(60_000);
    // Else each test would begin with what the one before it set.
    await market.db.transaction((tx) => tx.execute('DELETE FROM chat_defaults'));
    broadcastId = await market.goLive([]);
  });

  let said = 0;
  function say(text: string, userId = newId('usr'), from = chat): Promise<Outcome<Posted>[]> {
    said += 1;
    const clientId = `m${said}`;
    return from.postMessages([
      { broadcastId, userId, clientId, kind: 'normal', name: '김하나', text },
    ]);
  }

  function outcomeOf([outcome]: readonly Outcome<Posted>[]): string {
    if (outcome === undefined) return 'lost';
    if (!outcome.ok) return outcome.error.code;
    return outcome.value === 'held' ? 'held' : 'said';
  }

  const tell = async (...args: Parameters<typeof say>) => outcomeOf(await say(...args));

  async function set(change: object, actor = market.seller): Promise<void> {
    const { version } = await chat.moderation.getSettings(broadcastId);
    const requestId = unused('set');
    await chat.moderation.changeSettings(actor, {
      ...{ requestId, broadcastId, version, reason: '' },
      ...change,
    });
  }

  const mute = (userId: string, more: object = {}, actor = market.seller) =>
    chat.moderation.muteUser(actor, {
      ...{ requestId: unused('mute'), broadcastId, userId, kind: 'mute', sellerWide: false },
      ...{ reason: '도배', ...more },
    });

  const read = async (actor = person('viewer')) =>
    (
      await chat.listMessages(actor, { broadcastId, position: { afterSeq: 0 }, limit: 100 })
    ).messages.map(({ seq, kind, name, text }) => [seq, kind, name, text]);

  async function moderate() {
    const moderator = person('viewer');
    const request = { requestId: unused('mod'), broadcastId, userId: moderator.userId };
    await market.broadcasts.people.addModerator(market.seller, request);
    return moderator;
  }

  it('settings begin as the defaults, and a new broadcast with those set last', async () => {
    expect(await chat.moderation.getSettings(broadcastId)).toMatchObject({
      mode: 'everyone',
      slowModeSeconds: 0,
      linkPolicy: 'refuse',
      version: 1,
    });
    await set({ slowModeSeconds: 7, mode: 'frozen' });
    expect(await chat.moderation.getSettings(broadcastId)).toMatchObject({
      mode: 'frozen',
      slowModeSeconds: 7,
      version: 2,
    });
    broadcastId = await market.goLive([]);
    const inherited = { mode: 'everyone', slowModeSeconds: 7, version: 1 };
    expect(await chat.moderation.getSettings(broadcastId)).toMatchObject(inherited);
    await say('안녕');
    expect(await chat.moderation.getSettings(broadcastId)).toMatchObject(inherited);
  });

  it('settings are changed by those who keep order, once for each request, under a version', async () => {
    const moderator = await moderate();
    const request = { requestId: unused('set'), broadcastId, version: 1, reason: '도배가 심해서' };
    const change = (actor: typeof moderator, more: object) =>
      chat.moderation.changeSettings(actor, { ...request, ...more });
    expect(await codeOf(change(person('viewer'), { slowModeSeconds: 5 }))).toBe(
      'PERMISSION_DENIED',
    );
    expect(await codeOf(change(person('seller'), { slowModeSeconds: 5 }))).toBe(
      'PERMISSION_DENIED',
    );
    expect(await codeOf(change(moderator, {}))).toBe('INVALID_ARGUMENT');
    const first = await change(moderator, { slowModeSeconds: 5 });
    expect(first).toMatchObject({ version: 2, slowModeSeconds: 5 });
    expect(await change(moderator, { slowModeSeconds: 5 })).toEqual(first);
    expect(await codeOf(change(moderator, { slowModeSeconds: 6 }))).toBe('REQUEST_ID_REUSED');
    const stale = change(admin, { requestId: unused('set'), slowModeSeconds: 6 });
    expect(await codeOf(stale)).toBe('STALE_VERSION');
    const elsewhere = { broadcastId: newId('brc'), requestId: unused('set'), slowModeSeconds: 6 };
    expect(await codeOf(change(admin, elsewhere))).toBe('NOT_FOUND');
    await set({ slowModeSeconds: 0 }, admin);
    const page = { afterId: undefined, limit: 10 };
    const log = await chat.moderation.listEntries(moderator, broadcastId, page);
    expect(log.map(({ action, actorId, reason }) => [action, actorId, reason])).toEqual([
      ['settings', admin.userId, ''],
      ['settings', moderator.userId, '도배가 심해서'],
    ]);
    expect(await codeOf(chat.moderation.listEntries(person('viewer'), broadcastId, page))).toBe(
      'PERMISSION_DENIED',
    );
  });

  it('a freeze stops viewers at once, in every process, and not those who keep order', async () => {
    const other = makeChat();
    const moderator = await moderate();
    await set({ mode: 'frozen' });
    expect(await tell('안녕', newId('usr'), other)).toBe('CHAT_FROZEN');
    expect(await tell('잠시만요', moderator.userId)).toBe('said');
    expect(await tell('잠시만요', market.seller.userId, other)).toBe('said');
    await set({ mode: 'everyone' });
    expect(await tell('안녕', newId('usr'), other)).toBe('said');
  });

  it('slow mode counts over processes and restarts, and a refusal does not start it anew', async () => {
    await set({ slowModeSeconds: 10 });
    const viewer = newId('usr');
    expect(await tell('첫 번째', viewer)).toBe('said');
    market.clock.advance(4_000);
    const [refused] = await say('두 번째', viewer, makeChat());
    expect(refused).toMatchObject({
      error: { code: 'CHAT_SLOW_MODE', details: { secondsLeft: '6' } },
    });
    market.clock.advance(6_000);
    expect(await tell('세 번째', viewer, makeChat())).toBe('said');
    expect(await tell('남', newId('usr'))).toBe('said');
  });

  it('messages said at once in two processes are counted as one flood', async () => {
    await set({ floodMessages: 5, floodSeconds: 60 });
    const viewer = newId('usr');
    const other = makeChat();
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, i) => tell(`말 ${i}`, viewer, i % 2 === 0 ? chat : other)),
    );
    expect(outcomes.filter((outcome) => outcome === 'said')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'CHAT_FLOOD')).toHaveLength(11);
    expect(await read()).toHaveLength(5);
  });

  it('the room has a limit of its own, over all viewers', async () => {
    await set({ roomMessagesPerSecond: 3 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => tell('와')));
    expect(outcomes.sort()).toEqual([...new Array(3).fill('CHAT_FLOOD'), 'said', 'said', 'said']);
    market.clock.advance(1_000);
    expect(await tell('와')).toBe('said');
  });

  it('what was said again is answered as before, whatever has changed since', async () => {
    const message = {
      ...{ broadcastId, userId: newId('usr'), clientId: 'again', kind: 'normal' as const },
      ...{ name: '김하나', text: '이 가방 정말 예쁘네요' },
    };
    const first = await chat.postMessages([message]);
    await set({ mode: 'frozen' });
    await mute(message.userId);
    expect(await chat.postMessages([message])).toEqual(first);
    const [fresh] = await chat.postMessages([{ ...message, clientId: 'new' }]);
    expect(fresh).toMatchObject({ error: { code: 'CHAT_MUTED' } });
  });

  it('repeats are counted in the same batch too', async () => {
    const viewer = newId('usr');
    const text = '오늘만 특별 할인 어서 오세요';
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => tell(text, viewer)));
    expect(outcomes.sort()).toEqual(['CHAT_REPEAT', 'CHAT_REPEAT', 'said', 'said', 'said']);
    market.clock.advance(31_000);
    expect(await tell(text, viewer)).toBe('said');
  });

  it('followers alone speak where the seller wants that', async () => {
    await set({ mode: 'followers' });
    const viewer = newId('usr');
    expect(await tell('안녕', viewer)).toBe('CHAT_FOLLOWERS_ONLY');
    const sellerId = market.seller.userId;
    await follows.change({ kind: 'follow', requestId: unused('fol'), sellerId, userId: viewer });
    expect(await tell('안녕', viewer)).toBe('said');
  });

  it('banned words come from the operator and the seller, each read by its owner alone', async () => {
    const add = (actor: typeof admin, ownerId: string, word: string, action = 'refuse') =>
      chat.moderation.addWords(actor, {
        ...{ requestId: unused('wrd'), ownerId, reason: '' },
        words: [{ word, action: action === 'hold' ? 'hold' : 'refuse' }],
      });
    const mine = market.seller.userId;
    expect(await codeOf(add(market.seller, operator, '시발'))).toBe('PERMISSION_DENIED');
    expect(await codeOf(add(person('seller'), mine, '짝퉁'))).toBe('PERMISSION_DENIED');
    expect(await codeOf(add(market.seller, mine, '!!!'))).toBe('INVALID_ARGUMENT');
    expect(await tell('짝퉁 아니죠')).toBe('said');
    expect(await add(admin, operator, '시발')).toEqual({ changed: 1, words: 1 });
    expect(await add(market.seller, mine, '짝퉁')).toEqual({ changed: 1, words: 1 });
    expect(await tell('아 시.발')).toBe('CHAT_BANNED_WORD');
    expect(await tell('짝 퉁')).toBe('CHAT_BANNED_WORD');
    expect(await add(market.seller, mine, 'ㅉㅏㄱ퉁', 'hold')).toEqual({ changed: 1, words: 1 });
    expect(await tell('짝퉁이네')).toBe('held');
    const page = { afterId: undefined, limit: 10 };
    expect(await codeOf(chat.moderation.listWords(market.seller, operator, page))).toBe(
      'PERMISSION_DENIED',
    );
    const list = await chat.moderation.listWords(market.seller, mine, page);
    expect(list.map(({ word, action }) => [word, action])).toEqual([['ㅉㅏㄱ퉁', 'hold']]);
    const wordIds = list.map(({ id }) => id);
    const remove = { requestId: unused('wrd'), ownerId: mine, wordIds, reason: '' };
    expect(await chat.moderation.removeWords(market.seller, remove)).toEqual({
      changed: 1,
      words: 0,
    });
    expect(await chat.moderation.removeWords(market.seller, remove)).toEqual({
      changed: 1,
      words: 0,
    });
    expect(await tell('짝퉁이네')).toBe('said');
  });

  it('another process learns of a changed list within two seconds', async () => {
    const other = makeChat();
    expect(await tell('가나다', newId('usr'), other)).toBe('said');
    await chat.moderation.addWords(market.seller, {
      ...{ requestId: unused('wrd'), ownerId: market.seller.userId, reason: '' },
      words: [{ word: '가나다', action: 'refuse' }],
    });
    market.clock.advance(2_000);
    expect(await tell('가나다', newId('usr'), other)).toBe('CHAT_BANNED_WORD');
  });

  it('a message on its way while a list is changed meets the words that stay', async () => {
    const ownerId = market.seller.userId;
    const add = (word: string) =>
      chat.moderation.addWords(market.seller, {
        ...{ requestId: unused('wrd'), ownerId, reason: '', words: [{ word, action: 'refuse' }] },
      });
    await add('떨이');
    expect(await tell('이거 떨이죠')).toBe('CHAT_BANNED_WORD');
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = market.db.transaction(async (tx) => {
      await lockChannels(tx, market.broadcasts, [broadcastId]);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    // The message waits for the chat; on SQLite the change waits too, and comes first.
    const changing = add('땡처리');
    const saying = tell('이거 떨이죠');
    release.resolve();
    await Promise.all([holding, changing]);
    expect(await saying).toBe('CHAT_BANNED_WORD');
    expect(await tell('땡처리네')).toBe('CHAT_BANNED_WORD');
  });

  it('a mute ends by itself or when it is lifted, here or in all of the seller’s broadcasts', async () => {
    const viewer = newId('usr');
    const elsewhere = await market.goLive([]);
    await mute(viewer, { expiresAt: market.clock.now() + 5_000 });
    expect(await tell('안녕', viewer)).toBe('CHAT_MUTED');
    market.clock.advance(5_000);
    expect(await tell('안녕', viewer)).toBe('said');
    await mute(viewer, { sellerWide: true });
    broadcastId = elsewhere;
    expect(await tell('안녕', viewer)).toBe('CHAT_MUTED');
    const lift = (sellerWide: boolean) =>
      chat.moderation.unmuteUser(market.seller, {
        ...{ requestId: unused('mute'), broadcastId, userId: viewer, kind: 'mute' },
        ...{ sellerWide, reason: '오해' },
      });
    expect(await lift(false)).toBe(false);
    expect(await lift(true)).toBe(true);
    expect(await tell('안녕', viewer)).toBe('said');
  });

  it('mutes are given by host, admins, and moderators over viewers', async () => {
    const moderator = await moderate();
    const viewer = newId('usr');
    const stranger = newId('usr');
    strangers.add(stranger);
    const { userId: host } = market.seller;
    const past = { expiresAt: market.clock.now() };
    expect(await codeOf(mute(viewer, {}, person('viewer')))).toBe('PERMISSION_DENIED');
    expect(await codeOf(mute(host, {}, admin))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(mute(viewer, past))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(mute(stranger))).toBe('NOT_FOUND');
    expect(await codeOf(mute((await moderate()).userId, {}, moderator))).toBe('PERMISSION_DENIED');
    expect(await codeOf(mute(viewer, { sellerWide: true }, moderator))).toBe('PERMISSION_DENIED');
    const first = await mute(viewer, { requestId: 'mute-once' }, moderator);
    expect(await mute(viewer, { requestId: 'mute-once' }, moderator)).toEqual(first);
    const second = await mute(viewer, { reason: '또 도배' }, admin);
    const list = (includePast: boolean) =>
      chat.moderation.listSanctions(moderator, {
        ...{ broadcastId, userId: viewer, includePast, afterId: undefined, limit: 10 },
      });
    expect((await list(false)).map(({ id }) => id)).toEqual([second.id]);
    expect((await list(true)).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('moderators lift mutes of viewers, and none of a moderator, their own least of all', async () => {
    const [one, other] = [await moderate(), await moderate()];
    const viewer = newId('usr');
    for (const kind of ['mute', 'shadow'] as const) {
      const lift = (userId: string, actor = one) =>
        chat.moderation.unmuteUser(actor, {
          ...{ requestId: unused('mute'), broadcastId, userId, kind },
          ...{ sellerWide: false, reason: '' },
        });
      for (const userId of [one.userId, viewer]) await mute(userId, { kind });
      expect(await codeOf(lift(one.userId))).toBe('PERMISSION_DENIED');
      expect(await codeOf(lift(one.userId, other))).toBe('PERMISSION_DENIED');
      expect(await lift(viewer)).toBe(true);
      expect(await tell('들리나요', one.userId)).toBe(kind === 'mute' ? 'CHAT_MUTED' : 'said');
      expect(await lift(one.userId, kind === 'mute' ? market.seller : admin)).toBe(true);
    }
    expect((await read()).map(([, kind]) => kind)).toEqual(['removed']);
  });

  it('a moderator who is banned from all of the seller’s broadcasts keeps order in none', async () => {
    const moderator = await moderate();
    await set({ holdPolicy: 'everyone' });
    expect(await tell('안녕하세요')).toBe('held');
    const page = { broadcastId, state: undefined, afterId: undefined, limit: 10 };
    const [row] = await chat.moderation.listHeld(moderator, page);
    await say('호스트의 말', market.seller.userId);
    const elsewhere = { broadcastId: await market.goLive([]), userId: moderator.userId };
    const ban = { ...elsewhere, sellerWide: true, reason: '' };
    const expiresAt = market.clock.now() + 5_000;
    const request = { ...ban, expiresAt, requestId: unused('ban') };
    await market.broadcasts.people.banViewer(market.seller, request);
    const about = { broadcastId, reason: '' };
    const decide = {
      approve: () =>
        chat.moderation.resolveHeld(moderator, {
          ...{ ...about, requestId: unused('hld'), heldId: row?.id ?? '', approve: true },
        }),
      remove: () =>
        chat.moderation.removeMessage(moderator, { ...about, requestId: unused('rem'), seq: 1 }),
      mute: () => mute(newId('usr'), {}, moderator),
      unmute: () =>
        chat.moderation.unmuteUser(moderator, {
          ...{ ...about, requestId: unused('mute'), userId: newId('usr') },
          ...{ kind: 'mute', sellerWide: false },
        }),
      list: () => chat.moderation.listHeld(moderator, page),
      ban: () =>
        market.broadcasts.people.banViewer(moderator, {
          ...{ ...about, requestId: unused('ban'), userId: newId('usr'), sellerWide: false },
        }),
    };
    for (const refused of Object.values(decide)) {
      expect(await codeOf(refused())).toBe('PERMISSION_DENIED');
    }
    expect(await tell('저예요', moderator.userId)).toBe('CHAT_BANNED');
    market.clock.advance(5_000);
    expect(await decide.approve()).toMatchObject({ state: 'approved', seq: 2 });
  });

  it('a ban from the broadcast is one from its chat', async () => {
    const viewer = newId('usr');
    await market.broadcasts.people.banViewer(market.seller, {
      ...{ requestId: unused('ban'), broadcastId, userId: viewer, reason: '욕설' },
      sellerWide: false,
    });
    expect(await tell('안녕', viewer)).toBe('CHAT_BANNED');
  });

  it('what is said in the shadow looks said to its sender, and to nobody else', async () => {
    const troll = person('viewer');
    await mute(troll.userId, { kind: 'shadow' });
    const news: ChatNews[] = [];
    const stop = market.pulse.onBroadcast(broadcastId, (event) => {
      if (event.type === 'chat') news.push(...event.messages);
    });
    await say('하나');
    const [shadowed] = await say('속닥속닥', troll.userId);
    await say('둘');
    await market.newsDelivered();
    stop();
    expect(shadowed).toMatchObject({ ok: true, value: { seq: 2 } });
    expect(await read(troll)).toEqual([
      [1, 'normal', '김하나', '하나'],
      [2, 'normal', '김하나', '속닥속닥'],
      [3, 'normal', '김하나', '둘'],
    ]);
    for (const reader of [person('viewer'), market.seller]) {
      expect((await read(reader))[1]).toEqual([2, 'removed', '', '']);
    }
    expect(news.map(({ seq, kind, userId, text }) => [seq, kind, userId, text])).toEqual([
      [1, 'normal', expect.any(String), '하나'],
      [2, 'removed', '', ''],
      [3, 'normal', expect.any(String), '둘'],
    ]);
    await set({ slowModeSeconds: 60 });
    expect(await tell('또', troll.userId)).toBe('CHAT_SLOW_MODE');
  });

  it('a message that waits is said when it is approved, with the next number then', async () => {
    const moderator = await moderate();
    const message = {
      ...{ broadcastId, userId: newId('usr'), clientId: 'held', kind: 'normal' as const },
      ...{ name: '박둘', text: '010-1234-5678로 연락 주세요' },
    };
    const held = [{ ok: true, value: 'held' }];
    expect(await chat.postMessages([message])).toEqual(held);
    expect(await chat.postMessages([message])).toEqual(held);
    await say('그 사이');
    const list = (state?: 'waiting' | 'approved') =>
      chat.moderation.listHeld(moderator, { broadcastId, state, afterId: undefined, limit: 10 });
    const [waiting, ...rest] = await list('waiting');
    expect(rest).toEqual([]);
    expect(waiting).toMatchObject({ reason: 'phone', text: message.text, name: '박둘', seq: null });
    const heldId = waiting?.id ?? '';
    const resolve = (approve: boolean, actor = moderator, requestId = unused('hld')) =>
      chat.moderation.resolveHeld(actor, { requestId, broadcastId, heldId, approve, reason: '' });
    expect(await codeOf(resolve(true, person('viewer')))).toBe('PERMISSION_DENIED');
    const approved = await resolve(true, moderator, 'approve-once');
    expect(approved).toMatchObject({ state: 'approved', seq: 2, resolvedBy: moderator.userId });
    expect(await resolve(true, moderator, 'approve-once')).toEqual(approved);
    expect(await codeOf(resolve(false))).toBe('ALREADY_RESOLVED');
    expect(await read()).toEqual([
      [1, 'normal', '김하나', '그 사이'],
      [2, 'normal', '박둘', message.text],
    ]);
    expect(await chat.postMessages([message])).toMatchObject([{ value: { seq: 2 } }]);
  });

  it('an approved message is heard as its sender would be now', async () => {
    await set({ holdPolicy: 'everyone' });
    const [troll, loud, banned] = [person('viewer'), person('viewer'), person('viewer')];
    for (const { userId } of [troll, loud, banned]) {
      expect(await tell('안녕하세요', userId)).toBe('held');
    }
    await mute(troll.userId, { kind: 'shadow', sellerWide: true });
    await mute(loud.userId, { expiresAt: market.clock.now() + 5_000 });
    const ban = { broadcastId, userId: banned.userId, reason: '욕설', sellerWide: false };
    await market.broadcasts.people.banViewer(market.seller, { ...ban, requestId: unused('ban') });
    const news: ChatNews[] = [];
    const stop = market.pulse.onBroadcast(broadcastId, (event) => {
      if (event.type === 'chat') news.push(...event.messages);
    });
    const page = { broadcastId, state: undefined, afterId: undefined, limit: 10 };
    const rows = await chat.moderation.listHeld(market.seller, page);
    const approve = async ({ userId }: typeof troll) => {
      const heldId = rows.find((row) => row.userId === userId)?.id ?? '';
      const request = { requestId: unused('hld'), broadcastId, heldId, approve: true, reason: '' };
      return chat.moderation.resolveHeld(market.seller, request);
    };
    expect(await approve(troll)).toMatchObject({ state: 'approved', seq: 1 });
    const refusal = (state: string) => ({
      code: 'INVALID_STATE',
      details: { what: 'sender', state },
    });
    await expect(approve(loud)).rejects.toMatchObject(refusal('muted'));
    await expect(approve(banned)).rejects.toMatchObject(refusal('banned'));
    market.clock.advance(5_000);
    expect(await approve(loud)).toMatchObject({ state: 'approved', seq: 2 });
    await market.newsDelivered();
    stop();
    const shown = [
      [1, 'removed', '', ''],
      [2, 'normal', '김하나', '안녕하세요'],
    ];
    expect(news.map(({ seq, kind, name, text }) => [seq, kind, name, text])).toEqual(shown);
    for (const reader of [loud, market.seller]) expect(await read(reader)).toEqual(shown);
    expect((await read(troll))[0]).toEqual([1, 'normal', '김하나', '안녕하세요']);
    const waiting = await chat.moderation.listHeld(market.seller, { ...page, state: 'waiting' });
    expect(waiting.map(({ userId }) => userId)).toEqual([banned.userId]);
  });

  it('rooms hear of every change of what waits, without its text, and count it', async () => {
    await set({ holdPolicy: 'everyone' });
    const news: unknown[] = [];
    const stop = market.pulse.onBroadcast(broadcastId, (event) => {
      if (event.type === 'held') news.push(event);
    });
    expect(await chat.moderation.countHeld(broadcastId)).toBe(0);
    for (const text of ['하나', '둘', '셋']) expect(await tell(text)).toBe('held');
    await tell('호스트의 말', market.seller.userId);
    expect(await chat.moderation.countHeld(broadcastId)).toBe(3);
    const page = { broadcastId, state: 'waiting', afterId: undefined, limit: 2 } as const;
    const [first, second] = await chat.moderation.listHeld(market.seller, page);
    const resolve = (heldId = '', approve = true) =>
      chat.moderation.resolveHeld(market.seller, {
        ...{ requestId: unused('hld'), broadcastId, heldId, approve, reason: '' },
      });
    await resolve(first?.id);
    await resolve(second?.id, false);
    expect(await codeOf(resolve(second?.id))).toBe('ALREADY_RESOLVED');
    expect(await chat.moderation.countHeld(broadcastId)).toBe(1);
    await market.newsDelivered();
    stop();
    expect(news).toEqual(new Array(5).fill({ type: 'held' }));
  });

  it('of two who decide at once one does; a rejected message stays unsaid, and its sender is not told', async () => {
    await set({ holdPolicy: 'everyone' });
    const sender = newId('usr');
    expect(await tell('안녕하세요', sender)).toBe('held');
    const [row] = await chat.moderation.listHeld(market.seller, {
      ...{ broadcastId, state: undefined, afterId: undefined, limit: 10 },
    });
    const heldId = row?.id ?? '';
    const decisions = await Promise.allSettled(
      [true, false].map((approve) =>
        chat.moderation.resolveHeld(approve ? admin : market.seller, {
          ...{ requestId: unused('hld'), broadcastId, heldId, approve, reason: '' },
        }),
      ),
    );
    expect(decisions.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const approved = decisions[0]?.status === 'fulfilled';
    expect(await read()).toHaveLength(approved ? 1 : 0);
    const unknown = chat.moderation.resolveHeld(admin, {
      ...{ requestId: unused('hld'), broadcastId, heldId: newId('hld'), approve: true, reason: '' },
    });
    expect(await codeOf(unknown)).toBe('NOT_FOUND');
  });

  describe('a held message that is sent again', () => {
    const again = (userId: string, text: string, clientId = 'again') => ({
      ...{ broadcastId, userId, clientId, kind: 'normal' as const, name: '김하나', text },
    });
    const neighbour = () => again(newId('usr'), '안녕하세요');

    /** What becomes of it when it is sent again with others, as one batch. */
    async function sendAgain(message: ReturnType<typeof again>): Promise<string[]> {
      const outcomes = await chat.postMessages([neighbour(), message, neighbour()]);
      return outcomes.map((outcome) => outcomeOf([outcome]));
    }

    async function onlyHeld() {
      const page = { broadcastId, state: undefined, afterId: undefined, limit: 10 };
      const [row, ...others] = await chat.moderation.listHeld(market.seller, page);
      expect(others).toEqual([]);
      if (row === undefined) throw new Error('nothing waits');
      return row;
    }

    const resolve = (heldId: string, approve: boolean) =>
      chat.moderation.resolveHeld(market.seller, {
        ...{ requestId: unused('hld'), broadcastId, heldId, approve, reason: '' },
      });

    it('waits once, and disturbs no neighbour', async () => {
      const word = '직거래';
      const words = { ownerId: operator, reason: '', words: [{ word, action: 'hold' as const }] };
      await chat.moderation.addWords(admin, { requestId: unused('wrd'), ...words });
      const message = again(newId('usr'), `${word} 됩니다`);
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      expect(await onlyHeld()).toMatchObject({ reason: 'word', state: 'waiting' });
    });

    it('waits once, also after its sender was silent for long', async () => {
      const message = again(newId('usr'), '010-1234-5678로 연락 주세요');
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      market.clock.advance(1_200_001);
      await chat.moderation.forgetSpeakers(10_000);
      expect(await chat.moderation.forgetSpeakers(10_000)).toBe(0);
      const rows = await market.db.primary.rows<{ userId: string; recent: string }>(
        'SELECT userId, recent FROM chat_speakers WHERE broadcastId = ?',
        [broadcastId],
      );
      expect(rows).toEqual([{ userId: message.userId, recent: '[]' }]);
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      await onlyHeld();
    });

    it('waits once, also where nothing is remembered of its sender', async () => {
      const message = again(newId('usr'), '010-1234-5678로 연락 주세요');
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      await market.db.transaction((tx) => tx.execute('DELETE FROM chat_speakers'));
      expect(await sendAgain(message)).toEqual(['said', 'held', 'said']);
      expect(await onlyHeld()).toMatchObject({ state: 'waiting' });
    });

    it('stays held and unsaid once it was rejected, and is said once it was approved', async () => {
      await set({ holdPolicy: 'everyone' });
      const [bad, good] = [again(newId('usr'), '나쁜 말'), again(newId('usr'), '좋은 말')];
      expect(outcomeOf(await chat.postMessages([bad]))).toBe('held');
      await resolve((await onlyHeld()).id, false);
      for (const holdPolicy of ['everyone', 'nobody']) {
        await set({ holdPolicy });
        expect(outcomeOf(await chat.postMessages([bad]))).toBe('held');
      }
      expect(await read()).toEqual([]);
      expect(await onlyHeld()).toMatchObject({ state: 'rejected', seq: null });
      await set({ holdPolicy: 'everyone' });
      expect(outcomeOf(await chat.postMessages([good]))).toBe('held');
      const page = { broadcastId, state: 'waiting', afterId: undefined, limit: 10 } as const;
      const [waiting] = await chat.moderation.listHeld(market.seller, page);
      await resolve(waiting?.id ?? '', true);
      const twice = await chat.postMessages([good, good]);
      expect(twice).toMatchObject([{ value: { seq: 1 } }, { value: { seq: 1 } }]);
      expect(await read()).toEqual([[1, 'normal', '김하나', '좋은 말']]);
    });
  });

  it('a removed message leaves its number and nothing else', async () => {
    const moderator = await moderate();
    await say('하나');
    await say('둘');
    await say('호스트의 말', market.seller.userId);
    const remove = (seq: number, actor = moderator) =>
      chat.moderation.removeMessage(actor, {
        ...{ requestId: unused('rem'), broadcastId, seq, reason: '욕설' },
      });
    expect(await codeOf(remove(1, person('viewer')))).toBe('PERMISSION_DENIED');
    expect(await codeOf(remove(9))).toBe('NOT_FOUND');
    expect(await codeOf(remove(3))).toBe('PERMISSION_DENIED');
    await remove(1);
    await remove(1);
    expect(await read()).toEqual([
      [1, 'removed', '', ''],
      [2, 'normal', '김하나', '둘'],
      [3, 'normal', '김하나', '호스트의 말'],
    ]);
    const roomChat = await chat.moderation.getRoomChat(broadcastId, 1);
    expect(roomChat.removals).toEqual({ inPart: [1], newest: [1] });
    const page = { afterId: undefined, limit: 10 };
    const [entry, ...others] = await chat.moderation.listEntries(admin, broadcastId, page);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ action: 'removed', actorId: moderator.userId, reason: '욕설' });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ seq: 1, kind: 'normal', text: '하나' });
  });

  it('rooms are told of what was removed last, and of all that they still show', async () => {
    for (let i = 1; i <= 80; i += 1) {
      market.clock.advance(1_000);
      await say(`말 ${i}`);
    }
    const troll = newId('usr');
    await mute(troll, { kind: 'shadow' });
    await say('속닥', troll);
    const remove = async (seq: number) => {
      market.clock.advance(10);
      const request = { requestId: unused('rem'), broadcastId, seq, reason: '' };
      await chat.moderation.removeMessage(market.seller, request);
    };
    for (let seq = 80; seq > 0; seq -= 1) await remove(seq);
    const { removals } = await chat.moderation.getRoomChat(broadcastId, 70);
    const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
    expect(removals.newest).toEqual(upTo(64));
    expect(removals.inPart).toEqual(upTo(80).slice(69).reverse());
  });

  it('forgets those who long said nothing, and only those', async () => {
    const viewer = newId('usr');
    await say('오래 전', viewer);
    market.clock.advance(1_200_001);
    await say('방금');
    expect(await chat.moderation.forgetSpeakers(10_000)).toBeGreaterThan(0);
    expect(await chat.moderation.forgetSpeakers(10_000)).toBe(0);
    const rows = await market.db.primary.rows('SELECT * FROM chat_speakers WHERE wasHeld = 0');
    expect(rows).toHaveLength(1);
  });
});
