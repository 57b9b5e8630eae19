import { randomUUID } from 'node:crypto';
import { MessageKind } from '../proto/gen/onair/chat/v1/chat.ts';
import { type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { makeWorld, type World, watchAll } from './live-room/world.ts';
import { follow } from './recovery/follower.ts';

const shownPerSecond = 10;

describe('a chat that is faster than it can be read', () => {
  let onair: Onair | undefined;
  let world: World;
  beforeAll(async () => {
    const env = {
      ROOM_CAPACITY: '3',
      ROOM_SHOWN_MESSAGES_PER_SECOND: String(shownPerSecond),
    };
    onair = await startOnair('embedded', { env });
    world = await makeWorld('embedded', onair);
  }, 180_000);
  afterAll(async () => {
    await onair?.stop();
  }, 60_000);

  function say(userId: string, text: string, kind = MessageKind.NORMAL) {
    const { broadcastId } = world.shop;
    return { clientId: randomUUID(), broadcastId, userId, name: 'someone', text, kind };
  }

  it('shows the same sample in every room, says so, and keeps all of it in the history', async () => {
    const { ann, bob, shop } = world;
    const viewers = await watchAll(world, [undefined, undefined, ann, undefined]);
    const rooms = new Set(viewers.map(({ room }) => room.roomId));
    expect(rooms.size).toBe(2);
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const messages = [
      ...Array.from({ length: 80 }, (_, i) => say(bob.user.id, `홍수 ${i}`)),
      say(ann.user.id, '나도 한마디'),
      say(shop.seller.user.id, '공지', MessageKind.NOTICE),
    ];
    const { outcomes } = await chat.postMessages({ messages });
    expect(outcomes.every(({ result }) => result?.$case === 'message')).toBe(true);

    await until('every room has come to the end', () =>
      viewers.every(({ room }) => room.state.lastSeq === messages.length),
    );
    const [first] = viewers;
    for (const { lines, missed } of viewers) {
      expect(lines).toEqual(first?.lines);
      expect(missed).toEqual([]);
    }
    const shown = first?.lines.map(({ text }) => text) ?? [];
    expect(shown).toEqual(expect.arrayContaining(['나도 한마디', '공지']));
    const flood = shown.filter((text) => text.startsWith('홍수'));
    expect([flood.length, shown.length]).toEqual([shownPerSecond / 2, shownPerSecond / 2 + 2]);
    await until('they say that something is left out', () =>
      viewers.every(({ room }) => room.state.throttled),
    );

    const [late] = await watchAll(world, [undefined]);
    expect(late?.lines).toEqual(first?.lines);
    const history = await chat.listMessages({ broadcastId: shop.broadcastId, limit: 500 });
    expect(history.messages).toHaveLength(messages.length);

    await until('they no longer say it', () => viewers.every(({ room }) => !room.state.throttled));
    for (const viewer of [...viewers, ...(late === undefined ? [] : [late])]) await viewer.leave();
  }, 60_000);

  it('shows a viewer what they said themselves, in its place, though nobody else sees it', async () => {
    const { ann, bob } = world;
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const { live, messages } = await follow(world, {
      token: () => ann.accessToken,
      startAt: 'now',
    });
    const own = () => messages.filter(({ userId }) => userId === ann.user.id);
    const [guest] = await watchAll(world, [undefined]);
    const texts = Array.from({ length: 12 }, (_, i) => `나도 본다 ${i}`);
    // In each second there is far more than is shown, so that some of ann's can't be.
    for (const text of texts) {
      const flood = Array.from({ length: 40 }, (_, i) => say(bob.user.id, `홍수 ${text} ${i}`));
      const [answer] = await Promise.all([live.chat(text), chat.postMessages({ messages: flood })]);
      expect(answer.seq).toEqual(expect.any(Number));
    }
    await until('ann has read all of it', () => own().length >= texts.length);
    expect(own().map(({ text }) => text)).toEqual(texts);
    const read = messages.map(({ seq }) => seq);
    expect(read).toEqual(read.toSorted((a, b) => a - b));
    expect(guest?.lines.filter(({ text }) => texts.includes(text)).length).toBeLessThan(12);
    await live.close();
    await guest?.leave();
  }, 60_000);
});
