import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { attempt, makePerson, type Person } from '../rest-shop.ts';
import { hostChat, refusal, say } from './hosted-chat.ts';
import type { Viewer } from './viewer.ts';
import { newWords } from './words.ts';
import type { InWorld } from './world.ts';

/** Why the chat refuses, as clients are told. */
export function describeChatRefusals(inWorld: InWorld): void {
  describe('the chat refuses', () => {
    const chat = hostChat(inWorld);

    /** What is told of a refusal, all of it. */
    const refused = (code: string, retry: boolean, details: Record<string, unknown> = {}) => {
      return { code, retry, details, message: expect.stringMatching(/\p{sc=Hangul}/u) };
    };
    /** Details are strings: a whole number from `least` to `most`. */
    function expectWithin(text: unknown, least: number, most: number): void {
      expect(text).toMatch(/^\d+$/);
      expect(Number(text)).toBeGreaterThanOrEqual(least);
      expect(Number(text)).toBeLessThanOrEqual(most);
    }
    const any = expect.any(String);

    async function seatNewcomer(): Promise<readonly [Viewer | undefined, Person]> {
      const person = await makePerson(inWorld().onair, 'newcomer');
      const [viewer] = await chat().seat(person);
      return [viewer, person];
    }

    it('who does not follow the seller, until they do, and again when they do no more', async () => {
      const [viewer, { api }] = await seatNewcomer();
      await chat().set({ mode: 'followers' });
      const notFollowing = refused('CHAT_FOLLOWERS_ONLY', false);
      expect(await refusal(viewer, '안녕하세요')).toEqual(notFollowing);
      const follow = '/v1/sellers/{sellerId}/follow';
      const params = () => ({ path: { sellerId: chat().host.user.id }, ...attempt() });
      await unwrap(api.PUT(follow, { params: params() }));
      expect(await say(viewer, '팔로우했어요')).toMatchObject({ text: '팔로우했어요' });
      await unwrap(api.DELETE(follow, { params: params() }));
      expect(await refusal(viewer, '저 아직 있어요')).toEqual(notFollowing);
    });

    it('who is muted, and says for how long', async () => {
      const [viewer, { user }] = await seatNewcomer();
      const mute = (more: { expiresAt?: string }) =>
        unwrap(
          chat().host.api.PUT('/v1/broadcasts/{broadcastId}/mutes/{userId}', {
            params: { path: { ...chat().path, userId: user.id }, ...attempt() },
            body: { kind: 'mute', reason: '도배', sellerWide: false, ...more },
          }),
        );
      const end = Date.now() + 600_000;
      await mute({ expiresAt: new Date(end).toISOString() });
      const error = await refusal(viewer, '왜요');
      const details = { until: String(end), secondsLeft: any, retryAfterMs: any };
      expect(error).toEqual(refused('CHAT_MUTED', false, details));
      expectWithin(Object(error).details.secondsLeft, 500, 600);
      expectWithin(Object(error).details.retryAfterMs, 500_000, 600_000);
      await mute({});
      expect(await refusal(viewer, '언제까지요')).toEqual(refused('CHAT_MUTED', false));
    });

    it('words of the operator and of the seller, however they are written', async () => {
      const [viewer] = await seatNewcomer();
      const { host, shop } = chat();
      const ban = ({ api }: Person, word: string, list: { sellerId?: string } = {}) =>
        unwrap(
          api.POST('/v1/chat/banned-words', {
            params: attempt(),
            body: { words: [{ word, action: 'refuse' }], reason: '', ...list },
          }),
        );
      await ban(shop.admin, '뷁쒧');
      await ban(host, '짝퉁', { sellerId: host.user.id });
      const isBanned = (word: string) => refused('CHAT_BANNED_WORD', false, { word });
      for (const [word, ways] of [
        ['뷁쒧', ['뷁쒧이네', '아 뷁.쒧']],
        ['짝퉁', ['짝퉁이죠', '짝 퉁', 'ㅉㅏㄱㅌㅜㅇ']],
      ] as const) {
        // Another process of the services learns of it a little later.
        await until('the word is known', () => refusal(viewer, word));
        for (const text of ways) expect(await refusal(viewer, text)).toEqual(isBanned(word));
      }
      expect(await say(viewer, '진품이죠')).toMatchObject({ text: '진품이죠' });
    });

    it('links', async () => {
      const [viewer] = await seatNewcomer();
      expect(await refusal(viewer, '여기가 더 싸요 shop.example.com/cup')).toEqual(
        refused('CHAT_LINK', false),
      );
    });

    it('what was said too often', async () => {
      const [viewer] = await seatNewcomer();
      await chat().set({ repeatLimit: 2, repeatSeconds: 60 });
      const text = '사장님 이거 언제 다시 들어오나요';
      for (const again of ['', '!!']) await say(viewer, `${text}${again}`);
      const error = await refusal(viewer, `${text}?`);
      expect(error).toEqual(refused('CHAT_REPEAT', true, { retryAfterMs: any }));
      expectWithin(Object(error).details.retryAfterMs, 1, 60_000);
    });

    it('a flood of one person, and of all', async () => {
      const [viewer] = await seatNewcomer();
      await chat().set({ floodMessages: 2, floodSeconds: 60 });
      for (const text of ['하나요', '둘이요']) await say(viewer, text);
      const error = await refusal(viewer, '셋이요');
      expect(error).toEqual(refused('CHAT_FLOOD', true, { scope: 'user', retryAfterMs: any }));
      expectWithin(Object(error).details.retryAfterMs, 1, 30_000);
      await chat().set({ floodMessages: 0, roomMessagesPerSecond: 1 });
      // At most two of them are the first of a second.
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => refusal(viewer, newWords())?.catch(() => 'said')),
      );
      const flood = answers.filter((answer) => answer !== 'said');
      expect(flood.length).toBeGreaterThanOrEqual(4);
      for (const one of flood) {
        expect(one).toEqual(refused('CHAT_FLOOD', true, { scope: 'room', retryAfterMs: any }));
        expectWithin(Object(one).details.retryAfterMs, 1, 1_000);
      }
    });

    it('in slow mode what comes too soon, and says how soon it may', async () => {
      const [viewer] = await seatNewcomer();
      await chat().set({ slowModeSeconds: 30 });
      await say(viewer, '첫 번째');
      const error = await refusal(viewer, '두 번째');
      const details = { slowModeSeconds: '30', secondsLeft: any, retryAfterMs: any };
      expect(error).toEqual(refused('CHAT_SLOW_MODE', true, details));
      expectWithin(Object(error).details.secondsLeft, 1, 30);
      expectWithin(Object(error).details.retryAfterMs, 1, 30_000);
    });
  });
}
