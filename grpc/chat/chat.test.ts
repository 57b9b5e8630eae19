import type { Actor } from '../../common/auth/index.ts';
import { systemClock } from '../../common/clock.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { type ChatNews, createLocalPulse } from '../../common/pulse/index.ts';
import {
  ChatServiceDefinition,
  type Message,
  MessageKind,
  type NewMessage,
  type PostMessageOutcome,
} from '../../proto/gen/onair/chat/v1/chat.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { until } from '../../test/kit/until.ts';
import { testVault } from '../../test/kit/vault.ts';
import { type Database, dbSchema } from '../db/index.ts';
import { Chat1763770000008 } from '../db/migrations/0008-chat.ts';
import { ChatPolicy1763770000009 } from '../db/migrations/0009-chat-policy.ts';
import { ChatModeration1763770000010 } from '../db/migrations/0010-chat-moderation.ts';
import { ChatHistory1763770000012 } from '../db/migrations/0012-chat-history.ts';
import { NewestRemovals1763770000034 } from '../db/migrations/0034-newest-removals.ts';
import type { BroadcastFacts } from './chat-policy.ts';
import { broadcastsOf, noFollowers } from './fixtures/lookups.ts';
import { type Chat, chatEntities, createChat, createChatService } from './index.ts';

const room: Actor = { kind: 'service', name: 'realtime' };
const schema = {
  entities: [...dbSchema.entities, ...chatEntities],
  migrations: [
    ...dbSchema.migrations,
    Chat1763770000008,
    ChatPolicy1763770000009,
    ChatModeration1763770000010,
    ChatHistory1763770000012,
    NewestRemovals1763770000034,
  ],
};

describeOnBothDatabases(
  'chat',
  (open) => {
    const seller = newId('usr');
    const buyer = newId('usr');
    const broadcasts = new Map<string, BroadcastFacts>();
    const pulse = createLocalPulse();
    let db: Database;
    let served: ServedRpc;

    function makeChat(): Chat {
      return createChat(
        {
          config: loadConfig({ ONAIR_ENV: 'test' }),
          db,
          clock: systemClock,
          log: silentLogger(),
          vault: testVault,
          pulse,
        },
        broadcastsOf(broadcasts),
        { namesOf: async () => new Map([[buyer, '김철수']]) },
        noFollowers,
      );
    }

    function serve(): Promise<ServedRpc> {
      const service = createChatService(makeChat());
      return serveRpc((server) => server.add(ChatServiceDefinition, service));
    }

    beforeAll(async () => {
      db = await open();
      served = await serve();
    });

    afterAll(async () => {
      await served.stop();
      await pulse.close();
    });

    function onAir(status: BroadcastFacts['status'] = 'live'): string {
      const id = newId('brc');
      broadcasts.set(id, { sellerId: seller, status });
      return id;
    }

    let said = 0;
    function message(broadcastId: string, fields: Partial<NewMessage> = {}): NewMessage {
      said += 1;
      return {
        clientId: `c${said}`,
        broadcastId,
        // Someone else each time: one person would be in a flood.
        userId: newId('usr'),
        name: '김철수',
        text: `말 ${said}`,
        kind: MessageKind.NORMAL,
        ...fields,
      };
    }

    async function post(...messages: NewMessage[]): Promise<PostMessageOutcome[]> {
      return (await served.as(room).chat.postMessages({ messages })).outcomes;
    }

    async function all(broadcastId: string): Promise<Message[]> {
      const position = { $case: 'afterSeq', value: 0 } as const;
      const chat = served.as(room).chat;
      return (await chat.listMessages({ broadcastId, position, limit: 500 })).messages;
    }

    const seqsOf = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

    function messageOf(outcome: PostMessageOutcome | undefined): Message {
      if (outcome?.result?.$case !== 'message') throw new Error(`not stored: ${outcome?.result}`);
      return outcome.result.value;
    }

    function codeOf(outcome: PostMessageOutcome | undefined): string {
      return outcome?.result?.$case === 'refusal' ? outcome.result.value.code : 'stored';
    }

    it('numbers 500 messages said at once in 3 broadcasts without gaps or repeats', async () => {
      const ids = [onAir(), onAir(), onAir()];
      const messages = upTo(500).map((n) => message(ids[n % 3] ?? ''));
      const outcomes = await Promise.all(messages.map((one) => post(one)));
      const stored = outcomes.map(([outcome]) => messageOf(outcome));
      for (const id of ids) {
        const read = await all(id);
        expect(seqsOf(read)).toEqual(upTo(read.length));
        const answered = stored.filter((one) => one.broadcastId === id);
        expect(answered.sort((a, b) => a.seq - b.seq)).toEqual(read);
      }
      expect(stored).toHaveLength(500);
    });

    it('numbers what two processes store in the same broadcasts without gaps or repeats', async () => {
      const other = await serve();
      const ids = [onAir(), onAir()];
      const calls = upTo(60).map((n) => {
        const { chat } = (n % 2 === 0 ? served : other).as(room);
        const order = n % 3 === 0 ? ids : ids.toReversed();
        return chat.postMessages({ messages: order.map((id) => message(id)) });
      });
      await Promise.all(calls);
      for (const id of ids) expect(seqsOf(await all(id))).toEqual(upTo(60));
      await other.stop();
    });

    it('keeps the order of a call', async () => {
      const id = onAir();
      const messages = upTo(40).map(() => message(id));
      await post(...messages);
      expect((await all(id)).map(({ text }) => text)).toEqual(messages.map(({ text }) => text));
    });

    it('stores what is said twice once, in one call and in two, and answers the same', async () => {
      const id = onAir();
      const twice = message(id);
      const [first, second, other] = await post(twice, twice, message(id));
      const [third] = await post({ ...twice, text: '다른 말' });
      expect(messageOf(second)).toEqual(messageOf(first));
      expect(messageOf(third)).toEqual(messageOf(first));
      expect(messageOf(other).seq).toBe(2);
      expect(await all(id)).toHaveLength(2);
    });

    it('stores what is said beside something that was said before, once and without gaps', async () => {
      const id = onAir();
      const before = [message(id), message(id)];
      const first = await post(...before);
      const unknown = message(newId('brc'));
      // With nobody refused, and with someone.
      for (const others of [[], [unknown]]) {
        const [fresh, later] = [message(id), message(id)];
        const said = [fresh, ...before, ...others, later];
        const outcomes = await Promise.all([post(...said), post(...said)]);
        expect(outcomes[0]).toEqual(outcomes[1]);
        expect(outcomes[0]?.slice(1, 3)).toEqual(first);
        expect(outcomes[0]?.slice(3, -1).map(codeOf)).toEqual(others.map(() => 'NOT_FOUND'));
        expect(messageOf(outcomes[0]?.at(-1)).seq).toBe(messageOf(outcomes[0]?.[0]).seq + 1);
      }
      expect(seqsOf(await all(id))).toEqual(upTo(6));
    });

    it('takes the same client id from two people, and from one in two broadcasts', async () => {
      const [one, two] = [onAir(), onAir()];
      const first = message(one, { clientId: 'same' });
      const outcomes = await post(
        first,
        { ...first, userId: newId('usr') },
        { ...first, broadcastId: two },
      );
      expect(outcomes.map((outcome) => messageOf(outcome).seq)).toEqual([1, 2, 1]);
    });

    it('refuses each message by itself, and stores the others', async () => {
      const id = onAir();
      const outcomes = await post(
        message(id),
        message(newId('brc')),
        message(onAir('scheduled')),
        message(onAir('ended')),
        message(id, { kind: MessageKind.NOTICE }),
        message(id, { kind: MessageKind.SYSTEM }),
        message(id, { text: '\u200b' }),
        message(id, { clientId: '' }),
        message(id, { userId: 'nobody' }),
        message(id, { kind: MessageKind.NOTICE, userId: seller }),
      );
      expect(outcomes.map(codeOf)).toEqual([
        'stored',
        'NOT_FOUND',
        'BROADCAST_NOT_LIVE',
        'BROADCAST_NOT_LIVE',
        'PERMISSION_DENIED',
        'INVALID_ARGUMENT',
        'INVALID_ARGUMENT',
        'INVALID_ARGUMENT',
        'INVALID_ARGUMENT',
        'stored',
      ]);
      const stored = await all(id);
      expect(seqsOf(stored)).toEqual([1, 2]);
      expect(stored.map(({ kind }) => kind)).toEqual([MessageKind.NORMAL, MessageKind.NOTICE]);
    });

    it('refuses more than 500 messages in a call, and a person who calls it', async () => {
      const id = onAir();
      await expect(post(...upTo(501).map(() => message(id)))).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
      const person: Actor = {
        kind: 'user',
        userId: buyer,
        sessionId: 's',
        name: '',
        roles: ['viewer'],
      };
      await expect(
        served.as(person).chat.postMessages({ messages: [message(id)] }),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(await all(id)).toEqual([]);
    });

    it('goes on counting after a restart', async () => {
      const id = onAir();
      await post(message(id), message(id));
      await served.stop();
      served = await serve();
      const [outcome] = await post(message(id));
      expect(messageOf(outcome).seq).toBe(3);
    });

    it('tells the room of new messages, of repeated ones not, and all that it tells is stored', async () => {
      const id = onAir();
      const news: ChatNews[] = [];
      const storedAtNews: Promise<boolean>[] = [];
      const stop = pulse.onBroadcast(id, (event) => {
        if (event.type !== 'chat') return;
        news.push(...event.messages);
        const newest = Math.max(...event.messages.map(({ seq }) => seq));
        storedAtNews.push(all(id).then((stored) => stored.some(({ seq }) => seq === newest)));
      });
      const first = message(id, { text: '하나' });
      await post(first, message(id, { text: '둘' }));
      await post(first);
      await post(message(id, { text: '셋' }));
      await until('the room heard of the last message', () =>
        news.some(({ text }) => text === '셋'),
      );
      stop();
      expect(news.map(({ seq, kind, text }) => [seq, kind, text])).toEqual([
        [1, 'normal', '하나'],
        [2, 'normal', '둘'],
        [3, 'normal', '셋'],
      ]);
      expect(await Promise.all(storedAtNews)).not.toContain(false);
    });

    it('tells the room nothing of a transaction that was rolled back', async () => {
      const id = onAir();
      const news: ChatNews[] = [];
      const stop = pulse.onBroadcast(id, (event) => {
        if (event.type === 'chat') news.push(...event.messages);
      });
      const chat = makeChat();
      const doomed = db.transaction(async (tx) => {
        await chat.announceIn(tx, [{ broadcastId: id, key: 'lost', text: '없던 일' }]);
        throw new Error('changed my mind');
      });
      await expect(doomed).rejects.toThrow('changed my mind');
      await chat.announce({ broadcastId: id, key: 'kept', text: '특가가 시작됐어요' });
      await until('the room heard', () => news.length > 0);
      stop();
      expect(news.map(({ seq, kind, text }) => [seq, kind, text])).toEqual([
        [1, 'system', '특가가 시작됐어요'],
      ]);
    });

    it('announces once for each key, alone and in the transaction of another domain', async () => {
      const id = onAir('ended');
      const chat = makeChat();
      const announcement = { broadcastId: id, key: 'deal-began:1', text: '특가가 시작됐어요' };
      const first = await chat.announce(announcement);
      await db.transaction((tx) =>
        chat.announceIn(tx, [announcement, { ...announcement, key: 'deal-ended:1', text: '끝' }]),
      );
      expect(first.seq).toBe(1);
      expect((await all(id)).map(({ kind, text }) => [kind, text])).toEqual([
        [MessageKind.SYSTEM, '특가가 시작됐어요'],
        [MessageKind.SYSTEM, '끝'],
      ]);
    });

    it('is read both ways in pages, with the newest number', async () => {
      const id = onAir();
      await post(...upTo(25).map(() => message(id)));
      const { chat } = served.as({ kind: 'anonymous' });
      const read = async ($case: 'afterSeq' | 'beforeSeq', value: number, limit: number) => {
        const page = await chat.listMessages({
          broadcastId: id,
          position: { $case, value },
          limit,
        });
        expect(page).toMatchObject({ lastSeq: 25, firstAvailableSeq: 1, unavailable: 0 });
        return [...seqsOf(page.messages), page.hasMore ? 'more' : 'all'];
      };
      expect(await read('afterSeq', 0, 10)).toEqual([...upTo(10), 'more']);
      expect(await read('afterSeq', 20, 10)).toEqual([21, 22, 23, 24, 25, 'all']);
      expect(await read('afterSeq', 20, 5)).toEqual([21, 22, 23, 24, 25, 'all']);
      expect(await read('afterSeq', 25, 10)).toEqual(['all']);
      expect(await read('afterSeq', 1_000, 10)).toEqual(['all']);
      expect(await read('beforeSeq', 0, 3)).toEqual([25, 24, 23, 'more']);
      expect(await read('beforeSeq', 23, 3)).toEqual([22, 21, 20, 'more']);
      expect(await read('beforeSeq', 4, 3)).toEqual([3, 2, 1, 'all']);
      expect(await read('beforeSeq', 1, 3)).toEqual(['all']);
      expect(await read('beforeSeq', 0, 0)).toEqual([...upTo(25).reverse(), 'all']);
      const fromTheEnd = await chat.listMessages({ broadcastId: id, limit: 1 });
      expect(seqsOf(fromTheEnd.messages)).toEqual([25]);
    });

    it('is read in the same pages whatever is said meanwhile', async () => {
      const id = onAir();
      await post(...upTo(10).map(() => message(id)));
      const { chat } = served.as({ kind: 'anonymous' });
      const seen: number[] = [];
      let before = 0;
      for (let hasMore = true; hasMore; ) {
        const position = { $case: 'beforeSeq', value: before } as const;
        const page = await chat.listMessages({ broadcastId: id, position, limit: 3 });
        seen.push(...seqsOf(page.messages));
        before = seen.at(-1) ?? 0;
        hasMore = page.hasMore;
        await post(message(id), message(id));
      }
      expect(seen).toEqual(upTo(10).reverse());
    });

    it('is read by kind and by person, by the host, admins and our processes alone', async () => {
      const id = onAir();
      const other = newId('usr');
      const said = { userId: buyer };
      await post(message(id, said), message(id, { userId: other }), message(id, said));
      await post(message(id, { kind: MessageKind.NOTICE, userId: seller }));
      const actorOf = (userId: string, role: 'seller' | 'admin'): Actor => {
        return { kind: 'user', userId, sessionId: 's', name: '', roles: ['viewer', role] };
      };
      const read = async (actor: Actor, filter: { kind?: MessageKind; authorId?: string }) => {
        const position = { $case: 'afterSeq', value: 0 } as const;
        const { chat } = served.as(actor);
        const page = await chat.listMessages({ broadcastId: id, position, limit: 1, ...filter });
        return [...seqsOf(page.messages), page.hasMore];
      };
      const host = actorOf(seller, 'seller');
      expect(await read(host, { authorId: buyer })).toEqual([1, true]);
      expect(await read(host, { authorId: other })).toEqual([2, false]);
      expect(await read(actorOf(other, 'admin'), { kind: MessageKind.NOTICE })).toEqual([4, false]);
      expect(await read(room, { kind: MessageKind.NORMAL, authorId: seller })).toEqual([false]);
      const refused = (actor: Actor, filter: { kind?: MessageKind; authorId?: string }) =>
        read(actor, filter).then(
          () => 'ok',
          (error: { code?: string }) => error.code,
        );
      const stranger = actorOf(other, 'seller');
      expect([
        await refused(stranger, { authorId: other }),
        await refused(stranger, { kind: MessageKind.NOTICE }),
        await refused({ kind: 'anonymous' }, { kind: MessageKind.NOTICE }),
        await refused(host, { authorId: 'someone' }),
        await refused(stranger, {}),
      ]).toEqual([
        'PERMISSION_DENIED',
        'PERMISSION_DENIED',
        'UNAUTHENTICATED',
        'INVALID_ARGUMENT',
        'ok',
      ]);
    });

    it('is empty where nothing was said, and not found where there is no broadcast', async () => {
      const { chat } = served.as({ kind: 'anonymous' });
      expect(await chat.listMessages({ broadcastId: onAir() })).toMatchObject({
        messages: [],
        lastSeq: 0,
      });
      await expect(chat.listMessages({ broadcastId: newId('brc') })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await expect(chat.listMessages({ broadcastId: onAir(), limit: 501 })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    });

    it('has entities that agree with the migrations', async () => {
      const differences = await db.source.driver.createSchemaBuilder().log();
      expect(differences.upQueries.map(({ query }) => query)).toEqual([]);
    });
  },
  schema,
);
