import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { attempt, makePerson, type Person } from '../rest-shop.ts';
import { hostChat, refusal, say } from './hosted-chat.ts';
import type { Viewer } from './viewer.ts';
import { newWords } from './words.ts';
import type { InWorld } from './world.ts';

/** What the host decides of a chat, as rooms show it. */
export function describeChatRules(inWorld: InWorld): void {
  describe('the rules of a chat', () => {
    const chat = hostChat(inWorld);
    const hears = (viewer: Viewer, text: string) => viewer.lines.some((line) => line.text === text);

    it('a freeze and slow mode are shown in every room, and hold at once', async () => {
      const carl = await makePerson(inWorld().onair, 'carl');
      const [first, seated, ...rest] = await chat().seat(
        carl,
        chat().host,
        inWorld().ann,
        inWorld().bob,
      );
      await chat().set({ mode: 'frozen' });
      expect(await refusal(first, '안녕하세요')).toMatchObject({
        code: 'CHAT_FROZEN',
        retry: true,
      });
      await until('every room shows the freeze', () =>
        [first, seated, ...rest].every((viewer) => viewer?.room.state.chat.frozen === true),
      );
      await say(seated, '잠시 후 다시 열게요');
      await chat().set({ mode: 'everyone', slowModeSeconds: 30 });
      await until('slow mode is shown', () => rest[0]?.room.state.chat.slowModeSeconds === 30);
      expect(rest[0]?.room.state.chat.mode).toBe('everyone');
      await say(first, '이제 되네요');
      expect(await refusal(first, '한 번 더')).toMatchObject({
        code: 'CHAT_SLOW_MODE',
        details: { slowModeSeconds: '30' },
      });
    });

    it('a message that waits is an ordinary one once it is approved', async () => {
      const dora = await makePerson(inWorld().onair, 'dora');
      const [sender, other] = await chat().seat(dora, inWorld().bob);
      const text = '010-9876-5432로 연락 주세요';
      expect(await say(sender, text)).toEqual({ held: true });
      const queue = '/v1/broadcasts/{broadcastId}/held-messages';
      const { items } = await unwrap(
        chat().host.api.GET(queue, { params: { path: chat().path, query: { state: 'waiting' } } }),
      );
      const held = items.find((item) => item.userId === dora.user.id);
      expect(held).toMatchObject({ text, reason: 'phone', seq: 0 });
      expect(other !== undefined && hears(other, text)).toBe(false);
      const heldId = held?.id ?? '';
      const resolved = await unwrap(
        chat().host.api.POST(`${queue}/{heldId}/resolve`, {
          params: { path: { ...chat().path, heldId }, ...attempt() },
          body: { approve: true, reason: '' },
        }),
      );
      await until('it is shown', () => other !== undefined && hears(other, text));
      expect(other?.lines.find((line) => line.text === text)).toMatchObject({
        seq: resolved.seq,
        kind: 'normal',
        userId: dora.user.id,
      });
    });

    it('a removed message is gone from every room and from history, and its number stays', async () => {
      const [sender, other] = await chat().seat(inWorld().ann, inWorld().bob);
      const text = `지워질 말 ${newWords()}`;
      const said = Object(await say(sender, text));
      await until('it is shown', () => other !== undefined && hears(other, text));
      const messages = '/v1/broadcasts/{broadcastId}/messages';
      await unwrap(
        chat().host.api.DELETE(`${messages}/{seq}`, {
          params: {
            path: { ...chat().path, seq: said.seq },
            query: { reason: '욕설' },
            ...attempt(),
          },
        }),
      );
      const slot = (viewer: Viewer | undefined) =>
        viewer?.room.state.messages.find(({ seq }) => seq === said.seq);
      await until('every room emptied it', () =>
        [sender, other].every((viewer) => slot(viewer)?.kind === 'removed'),
      );
      expect(slot(other)?.text).toBe('');
      const query = { afterSeq: said.seq - 1, limit: 1 };
      const { items } = await unwrap(
        inWorld().bob.api.GET(messages, { params: { path: chat().path, query } }),
      );
      expect(items).toEqual([
        expect.objectContaining({
          seq: said.seq,
          kind: 'removed',
          userId: null,
          text: '',
          name: '',
        }),
      ]);
    });

    it('what is said in the shadow is answered like any message, and shown to nobody', async () => {
      const troll = await makePerson(inWorld().onair, 'troll');
      const [sender, other] = await chat().seat(troll, inWorld().bob);
      await unwrap(
        chat().host.api.PUT('/v1/broadcasts/{broadcastId}/mutes/{userId}', {
          params: { path: { ...chat().path, userId: troll.user.id }, ...attempt() },
          body: { kind: 'shadow', reason: '도배', sellerWide: false },
        }),
      );
      const secret = `속닥 ${newWords()}`;
      const said = Object(await say(sender, secret));
      const after = Object(await say(other, '평범한 말'));
      expect(after.seq).toBe(said.seq + 1);
      await until('what came after is shown', () => other?.lines.at(-1)?.seq === after.seq);
      expect(other !== undefined && hears(other, secret)).toBe(false);
      const messages = '/v1/broadcasts/{broadcastId}/messages';
      const query = { afterSeq: said.seq - 1, limit: 1 };
      const historyOf = async ({ api }: Person) =>
        (await unwrap(api.GET(messages, { params: { path: chat().path, query } }))).items[0];
      expect(await historyOf(troll)).toMatchObject({ text: secret, userId: troll.user.id });
      expect(await historyOf(chat().host)).toMatchObject({
        text: '',
        userId: null,
        kind: 'removed',
      });
    });
  });
}
