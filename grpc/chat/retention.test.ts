import { anonymous, type UserActor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database } from '../db/index.ts';
import type { BroadcastFacts } from './chat-policy.ts';
import { broadcastsOf, noFollowers } from './fixtures/lookups.ts';
import { type Chat, createChat } from './index.ts';

const dayMs = 86_400_000;

describeOnBothDatabases('retention of chat', (open) => {
  let db: Database;
  let clock: HeldClock;
  let broadcasts: Map<string, BroadcastFacts>;

  beforeEach(async () => {
    db = await open();
    clock = holdClock();
    broadcasts = new Map();
  });

  function chatKept(days: number): Chat {
    const config = loadConfig({ ONAIR_ENV: 'test', CHAT_RETENTION_DAYS: String(days) });
    return createChat(
      { config, db, clock, log: silentLogger(), vault: testVault, pulse: createLocalPulse() },
      broadcastsOf(broadcasts),
      { namesOf: async () => new Map() },
      noFollowers,
    );
  }

  /** A broadcast in which so many messages were said, live or ended so many days ago. */
  async function broadcast(chat: Chat, messages: number, endedDaysAgo?: number): Promise<string> {
    const id = newId('brc');
    const endedAt = endedDaysAgo === undefined ? undefined : clock.now() - endedDaysAgo * dayMs;
    const status = endedAt === undefined ? 'live' : 'ended';
    broadcasts.set(id, { sellerId: newId('usr'), status, endedAt });
    await say(chat, id, messages);
    return id;
  }

  async function say(chat: Chat, id: string, messages: number): Promise<void> {
    for (let n = 0; n < messages; n += 1) {
      const key = `${newId('job')}`;
      await chat.announce({ broadcastId: id, key, text: `말 ${n}` });
    }
  }

  async function sweep(chat: Chat, limit = 1_000): Promise<number[]> {
    const bites: number[] = [];
    for (let after = ''; ; ) {
      const bite = await chat.pruneMessages(limit, after);
      bites.push(bite.removed);
      if (bite.done) return bites;
      after = bite.after;
    }
  }

  const read = (chat: Chat, broadcastId: string, afterSeq = 0) =>
    chat.listMessages(anonymous, { broadcastId, position: { afterSeq }, limit: 500 });
  const seqsOf = async (chat: Chat, id: string) =>
    (await read(chat, id)).messages.map((message) => message.seq);

  it('removes what ended longer ago than it is kept, and nothing else', async () => {
    const chat = chatKept(30);
    const old = await broadcast(chat, 5, 31);
    const recent = await broadcast(chat, 3, 29);
    const live = await broadcast(chat, 3);
    const exactly = await broadcast(chat, 2, 30);
    expect(await sweep(chat)).toEqual([5]);
    expect(await seqsOf(chat, old)).toEqual([]);
    expect(await seqsOf(chat, recent)).toEqual([1, 2, 3]);
    expect(await seqsOf(chat, live)).toEqual([1, 2, 3]);
    expect(await seqsOf(chat, exactly)).toEqual([1, 2]);
    clock.advance(1);
    expect(await sweep(chat)).toEqual([2]);
    expect(await sweep(chat)).toEqual([0]);
  });

  it('never touches a live broadcast, however old its messages are', async () => {
    const chat = chatKept(1);
    const live = await broadcast(chat, 3);
    clock.advance(1_000 * dayMs);
    expect(await sweep(chat)).toEqual([0]);
    expect(await seqsOf(chat, live)).toEqual([1, 2, 3]);
  });

  it('keeps everything when no term is set', async () => {
    const chat = chatKept(0);
    const old = await broadcast(chat, 3, 10_000);
    expect(await sweep(chat)).toEqual([0]);
    expect(await seqsOf(chat, old)).toEqual([1, 2, 3]);
  });

  it('works in bounded bites, oldest first, and says at each moment what is left', async () => {
    const chat = chatKept(7);
    const first = await broadcast(chat, 10, 8);
    const second = await broadcast(chat, 4, 8);
    expect(await chat.pruneMessages(4, '')).toEqual({ removed: 4, after: '', done: false });
    expect(await read(chat, first)).toMatchObject({ firstSeq: 5, lastSeq: 10, unavailable: 4 });
    expect(await seqsOf(chat, first)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(await read(chat, first, 4)).toMatchObject({ unavailable: 0, hasMore: false });
    expect(await read(chat, first, 2)).toMatchObject({ unavailable: 2 });
    const newest = await chat.listMessages(anonymous, {
      broadcastId: first,
      position: { beforeSeq: 8 },
      limit: 2,
    });
    expect(newest).toMatchObject({ hasMore: true, unavailable: 0 });
    const oldest = await chat.listMessages(anonymous, {
      broadcastId: first,
      position: { beforeSeq: 6 },
      limit: 2,
    });
    expect(oldest).toMatchObject({ messages: [{ seq: 5 }], hasMore: false, unavailable: 4 });
    expect(await sweep(chat, 4)).toEqual([4, 4, 2]);
    expect(await read(chat, first)).toMatchObject({
      messages: [],
      firstSeq: 11,
      lastSeq: 10,
      hasMore: false,
      unavailable: 10,
    });
    expect(await seqsOf(chat, second)).toEqual([]);
  });

  it('forgets the purchases that were told of, bite by bite, and keeps those of others', async () => {
    const chat = chatKept(7);
    const buy = async (broadcastId: string, orders: number) => {
      const purchases = Array.from({ length: orders }, () => {
        const [orderId, userId] = [newId('ord'), newId('usr')];
        return { orderId, broadcastId, userId, summary: '유자차', quantity: 1 };
      });
      await chat.postPurchases(purchases);
    };
    const old = await broadcast(chat, 1);
    const live = await broadcast(chat, 1);
    await buy(old, 10);
    await buy(live, 3);
    broadcasts.set(old, { sellerId: newId('usr'), status: 'ended', endedAt: clock.now() });
    clock.advance(8 * dayMs);
    expect(await sweep(chat, 4)).toEqual([4, 4, 4]);
    const left = await db.primary.rows<{ broadcastId: string }>('SELECT * FROM chat_purchases');
    expect(left.map(({ broadcastId }) => broadcastId)).toEqual([live, live, live]);
    expect(await chat.purchaseNoticeOf(old)).toBeUndefined();
    expect(await chat.purchaseNoticeOf(live)).toMatchObject({ orders: 3 });
  });

  describe('what was kept from the room', () => {
    const secret = '비밀';
    const tables = ['chat_messages', 'chat_removed', 'chat_held', 'chat_moderation'];

    function hostOf(broadcastId: string): UserActor {
      const userId = broadcasts.get(broadcastId)?.sellerId ?? '';
      return { kind: 'user', userId, sessionId: newId('ses'), name: '호스트', roles: ['seller'] };
    }

    async function hold(chat: Chat, broadcastId: string, messages: number): Promise<string[]> {
      for (let n = 0; n < messages; n += 1) {
        const text = `${secret} ${n} 010-1234-5678`;
        const [userId, clientId] = [newId('usr'), newId('job')];
        const message = { broadcastId, userId, clientId, kind: 'normal' as const, name: secret };
        expect(await chat.postMessages([{ ...message, text }])).toEqual([
          { ok: true, value: 'held' },
        ]);
      }
      const page = { broadcastId, state: 'waiting', afterId: undefined, limit: 100 } as const;
      return (await chat.moderation.listHeld(hostOf(broadcastId), page)).map(({ id }) => id);
    }

    const resolve = (chat: Chat, broadcastId: string, heldId: string, approve: boolean) =>
      chat.moderation.resolveHeld(hostOf(broadcastId), {
        ...{ requestId: newId('job'), broadcastId, heldId, approve, reason: '사유' },
      });

    function end(broadcastId: string): void {
      const facts = broadcasts.get(broadcastId);
      if (facts === undefined) throw new Error('no such broadcast');
      broadcasts.set(broadcastId, { ...facts, status: 'ended', endedAt: clock.now() });
    }

    /** Rows of each table that have the secret in any column. */
    async function secrets(): Promise<number[]> {
      const all = await Promise.all(
        tables.map((table) => db.primary.rows(`SELECT * FROM ${table}`)),
      );
      return all.map((rows) => rows.filter((row) => JSON.stringify(row).includes(secret)).length);
    }

    const actionsOf = async (chat: Chat, broadcastId: string) =>
      (
        await chat.moderation.listEntries(hostOf(broadcastId), broadcastId, {
          ...{ afterId: undefined, limit: 100 },
        })
      ).map(({ action, actorId, reason, detail }) => {
        expect(actorId).toBe(hostOf(broadcastId).userId);
        return [action, reason, JSON.parse(detail)];
      });

    it('goes too, with its texts in the audit, which keeps who did what and why', async () => {
      const chat = chatKept(7);
      const id = await broadcast(chat, 1);
      const [first = '', second = '', third = ''] = await hold(chat, id, 4);
      await resolve(chat, id, first, true);
      await resolve(chat, id, second, true);
      await resolve(chat, id, third, false);
      const remove = { requestId: newId('job'), broadcastId: id, seq: 3, reason: '사유' };
      await chat.moderation.removeMessage(hostOf(id), remove);
      const all = [1, 1, 4, 4];
      end(id);
      expect(await secrets()).toEqual(all);
      clock.advance(7 * dayMs);
      await sweep(chat, 2);
      expect(await secrets()).toEqual(all);
      clock.advance(1);
      expect((await sweep(chat, 2)).every((removed) => removed <= 2)).toBe(true);
      expect(await secrets()).toEqual([0, 0, 0, 0]);
      expect(await actionsOf(chat, id)).toEqual([
        ['removed', '사유', { seq: 3, kind: 'normal' }],
        ['rejected', '사유', { heldId: third, seq: null }],
        ['approved', '사유', { heldId: second, seq: 3 }],
        ['approved', '사유', { heldId: first, seq: 2 }],
      ]);
      expect(await db.primary.rows('SELECT * FROM chat_speakers')).toEqual([]);
      expect(await sweep(chat)).toEqual([0]);
    });

    it('goes too where nothing was ever said', async () => {
      const chat = chatKept(7);
      const [id, live] = [await broadcast(chat, 0), await broadcast(chat, 0)];
      const [rejected = ''] = await hold(chat, id, 3);
      await resolve(chat, id, rejected, false);
      await hold(chat, live, 1);
      end(id);
      clock.advance(7 * dayMs + 1);
      expect(await sweep(chat, 2)).toEqual([2, 2, 0]);
      expect(await secrets()).toEqual([0, 0, 1, 0]);
      expect(await actionsOf(chat, id)).toEqual([
        ['rejected', '사유', { heldId: rejected, seq: null }],
      ]);
      expect(await sweep(chat)).toEqual([0]);
    });
  });

  it('goes on counting where it was, for whatever is still said', async () => {
    const chat = chatKept(7);
    const id = await broadcast(chat, 3, 8);
    await sweep(chat);
    await say(chat, id, 1);
    expect(await read(chat, id)).toMatchObject({
      messages: [{ seq: 4 }],
      firstSeq: 4,
      lastSeq: 4,
      unavailable: 3,
    });
  });

  it('two sweeps at once remove each message once', async () => {
    const [one, other] = [chatKept(7), chatKept(7)];
    const ids = [await broadcast(one, 20, 8), await broadcast(one, 20, 8)];
    const [mine = [], theirs = []] = await Promise.all([sweep(one, 3), sweep(other, 3)]);
    expect([...mine, ...theirs].reduce((sum, removed) => sum + removed, 0)).toBe(40);
    for (const id of ids) expect(await seqsOf(one, id)).toEqual([]);
  });

  it('goes over more chats than one bite looks at', async () => {
    const chat = chatKept(7);
    for (let n = 0; n < 105; n += 1) await broadcast(chat, 1, n % 2 === 0 ? undefined : 8);
    expect((await sweep(chat)).reduce((sum, removed) => sum + removed, 0)).toBe(52);
    expect(await sweep(chat)).toEqual([0]);
  });
});
