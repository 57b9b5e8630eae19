import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { attempt, makePerson, openShop, type Person } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { newWords } from './words.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

/** What the host decides of a chat, as rooms show it. */
export function describeChatRules(inWorld: InWorld): void {
  describe('the rules of a chat', () => {
    let viewers: readonly Viewer[] = [];
    let host: Person;
    let path: { broadcastId: string };
    // A chat of its own: what is removed here leaves holes in what others read.
    beforeAll(async () => {
      const { seller, broadcastId } = await openShop(inWorld().onair);
      host = seller;
      path = { broadcastId };
    });
    afterEach(async () => {
      await set({ mode: 'everyone', slowModeSeconds: 0 });
      await leaveAll(viewers);
    });

    async function seat(...people: readonly Person[]): Promise<readonly Viewer[]> {
      viewers = await watchAll(inWorld(), people, path.broadcastId);
      return viewers;
    }

    async function set(change: { mode?: 'everyone' | 'frozen'; slowModeSeconds?: number }) {
      const settings = '/v1/broadcasts/{broadcastId}/chat-settings';
      const { version } = await unwrap(host.api.GET(settings, { params: { path } }));
      const body = { version, reason: '', ...change };
      await unwrap(host.api.PATCH(settings, { params: { path, ...attempt() }, body }));
    }

    const say = (viewer: Viewer | undefined, text: string) =>
      viewer?.ask('chat', { id: randomUUID(), text });
    const refusal = (viewer: Viewer | undefined, text: string) =>
      viewer?.refusal('chat', { id: randomUUID(), text });
    const hears = (viewer: Viewer, text: string) => viewer.lines.some((line) => line.text === text);

    it('a freeze and slow mode are shown in every room, and hold at once', async () => {
      const carl = await makePerson(inWorld().onair, 'carl');
      const [first, seated, ...rest] = await seat(carl, host, inWorld().ann, inWorld().bob);
      await set({ mode: 'frozen' });
      expect(await refusal(first, '안녕하세요')).toMatchObject({
        code: 'CHAT_FROZEN',
        retry: true,
      });
      await until('every room shows the freeze', () =>
        [first, seated, ...rest].every((viewer) => viewer?.room.state.chat.frozen === true),
      );
      await say(seated, '잠시 후 다시 열게요');
      await set({ mode: 'everyone', slowModeSeconds: 30 });
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
      const [sender, other] = await seat(dora, inWorld().bob);
      const text = '010-9876-5432로 연락 주세요';
      expect(await say(sender, text)).toEqual({ held: true });
      const queue = '/v1/broadcasts/{broadcastId}/held-messages';
      const { items } = await unwrap(
        host.api.GET(queue, { params: { path, query: { state: 'waiting' } } }),
      );
      const held = items.find((item) => item.userId === dora.user.id);
      expect(held).toMatchObject({ text, reason: 'phone', seq: 0 });
      expect(other !== undefined && hears(other, text)).toBe(false);
      const heldId = held?.id ?? '';
      const resolved = await unwrap(
        host.api.POST(`${queue}/{heldId}/resolve`, {
          params: { path: { ...path, heldId }, ...attempt() },
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
      const [sender, other] = await seat(inWorld().ann, inWorld().bob);
      const text = `지워질 말 ${newWords()}`;
      const said = Object(await say(sender, text));
      await until('it is shown', () => other !== undefined && hears(other, text));
      const messages = '/v1/broadcasts/{broadcastId}/messages';
      await unwrap(
        host.api.DELETE(`${messages}/{seq}`, {
          params: { path: { ...path, seq: said.seq }, query: { reason: '욕설' }, ...attempt() },
        }),
      );
      const slot = (viewer: Viewer | undefined) =>
        viewer?.room.state.messages.find(({ seq }) => seq === said.seq);
      await until('every room emptied it', () =>
        [sender, other].every((viewer) => slot(viewer)?.kind === 'removed'),
      );
      expect(slot(other)?.text).toBe('');
      const query = { afterSeq: said.seq - 1, limit: 1 };
      const { items } = await unwrap(inWorld().bob.api.GET(messages, { params: { path, query } }));
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
      const [sender, other] = await seat(troll, inWorld().bob);
      await unwrap(
        host.api.PUT('/v1/broadcasts/{broadcastId}/mutes/{userId}', {
          params: { path: { ...path, userId: troll.user.id }, ...attempt() },
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
        (await unwrap(api.GET(messages, { params: { path, query } }))).items[0];
      expect(await historyOf(troll)).toMatchObject({ text: secret, userId: troll.user.id });
      expect(await historyOf(host)).toMatchObject({ text: '', userId: null, kind: 'removed' });
    });
  });
}
