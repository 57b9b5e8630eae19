import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { unwrap } from '../api/client/index.ts';
import { MessageKind } from '../proto/gen/onair/chat/v1/chat.ts';
import { type Onair, startOnair } from './kit/onair.ts';
import { until } from './kit/until.ts';
import { restartRooms } from './live-room/restart-rooms.ts';
import { makeWorld, type World, watchAll } from './live-room/world.ts';
import { follow, upTo } from './recovery/follower.ts';
import { attempt, charge, makePerson, openShop, order, price } from './rest-shop.ts';

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
      ...Array.from({ length: 20 }, (_, i) => say(shop.seller.user.id, `주인의 말 ${i}`)),
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
    expect([flood.length, shown.length]).toEqual([shownPerSecond / 2, shownPerSecond / 2 + 22]);
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

  it('shows what is bought in the middle of it', async () => {
    world = { ...world, shop: await openShop(world.onair) };
    const { bob, shop } = world;
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const [guest] = await watchAll(world, [undefined]);
    const bought = () => guest?.lines.filter(({ kind }) => kind === 'purchase').length;
    let said = 0;
    const flood = (async () => {
      while (bought() === 0) {
        const messages = Array.from({ length: 20 }, (_, i) => say(bob.user.id, `홍수 ${said + i}`));
        await chat.postMessages({ messages });
        said += messages.length;
        await delay(20);
      }
    })();
    await charge(shop, bob, price);
    const { id: orderId } = await unwrap(order(shop, bob));
    await unwrap(
      bob.api.POST('/v1/orders/{orderId}/payments', {
        params: { path: { orderId }, ...attempt() },
        body: { method: 'points', amount: price },
      }),
    );
    await until('it is shown', () => bought() === 1);
    await flood;
    expect(guest?.lines.length).toBeLessThan(said / 2);
    await guest?.leave();
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

  it('shows a viewer what they said once it is approved, though nobody else sees it', async () => {
    world = { ...world, shop: await openShop(world.onair) };
    const { ann, bob, shop } = world;
    const { broadcastId, seller } = shop;
    const carl = await makePerson(world.onair, 'carl');
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const { live, messages } = await follow(world, { token: () => ann.accessToken });
    const [guest] = await watchAll(world, [undefined]);
    const texts = Array.from({ length: 8 }, (_, i) => `010-9876-543${i}로 연락 주세요`);
    for (const text of texts) {
      expect(await live.chat(text)).toEqual({ held: true, seq: undefined });
    }
    const path = { broadcastId };
    const queue = '/v1/broadcasts/{broadcastId}/held-messages';
    const { items } = await unwrap(seller.api.GET(queue, { params: { path } }));
    for (const { id: heldId } of items) {
      const flood = [bob, carl].flatMap(({ user }) =>
        Array.from({ length: 20 }, (_, i) => say(user.id, `홍수 ${i}`)),
      );
      await chat.postMessages({ messages: flood });
      await unwrap(
        seller.api.POST(`${queue}/{heldId}/resolve`, {
          params: { path: { ...path, heldId } },
          body: { approve: true, reason: '' },
        }),
      );
    }
    const own = () => messages.filter(({ userId }) => userId === ann.user.id);
    await until('ann has read all of it', () => own().length >= texts.length, {
      timeoutMs: 20_000,
    });
    expect(
      own()
        .map(({ text }) => text)
        .sort(),
    ).toEqual(texts);
    expect(guest?.lines.filter(({ text }) => texts.includes(text)).length).toBeLessThan(8);
    await live.close();
    await guest?.leave();
  }, 60_000);

  it('takes a removed message off every screen, however much was said since', async () => {
    world = { ...world, shop: await openShop(world.onair) };
    const { broadcastId, seller } = world.shop;
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const { live, messages } = await follow(world);
    const removed: number[] = [];
    live.on('removed', ({ seq }) => removed.push(seq));
    const announce = (text: string) => say(seller.user.id, text, MessageKind.NOTICE);
    const flood = Array.from({ length: 300 }, (_, i) => say(world.bob.user.id, `홍수 ${i}`));
    const [guest] = await watchAll(world, [undefined]);
    await chat.postMessages({ messages: [announce('첫째'), announce('둘째'), ...flood] });
    await until('it is read', () => live.lastSeq === 302 && guest?.room.state.lastSeq === 302);
    const remove = (seq: number) =>
      unwrap(
        seller.api.DELETE('/v1/broadcasts/{broadcastId}/messages/{seq}', {
          params: { path: { broadcastId, seq }, query: { reason: '실수' } },
        }),
      );
    // The ring has it still, three hundred numbers later.
    await remove(1);
    const slot = () => guest?.room.state.messages.find(({ seq }) => seq === 1);
    await until('its slot is emptied', () => slot()?.kind === 'removed');
    const many = Array.from({ length: 120 }, (_, i) => announce(`공지 ${i}`));
    await chat.postMessages({ messages: many });
    await until('the ring has turned over', () => guest?.room.state.lastSeq === 422);
    expect(slot()).toBeUndefined();
    await remove(2);
    await until('the viewer is told', () => removed.length === 2);
    expect(removed).toEqual([1, 2]);
    expect(messages.map(({ seq }) => seq)).toEqual(expect.arrayContaining([1, 2, 422]));
    await live.close();
    await guest?.leave();
  }, 60_000);

  it('leaves out only what a room has read that opens in the middle of the chat', async () => {
    world = { ...world, shop: await openShop(world.onair) };
    const { broadcastId } = world.shop;
    const { chat } = world.onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
    const flood = async (count: number) => {
      const messages = Array.from({ length: count }, (_, i) => say(world.bob.user.id, `홍수 ${i}`));
      const { outcomes } = await chat.postMessages({ messages });
      expect(outcomes.every(({ result }) => result?.$case === 'message')).toBe(true);
    };
    const [guest] = await watchAll(world, [undefined]);
    await flood(400);
    await flood(300);
    await until('it is too much', () => guest?.room.state.throttled === true);
    await until('that is over', () => guest?.room.state.throttled === false);
    await flood(20);
    const { messages } = await chat.listMessages({ broadcastId, limit: 500 });
    await restartRooms(world);

    const viewer = await follow(world, { startAt: { afterSeq: 10 } });
    await until('it has read on', () => viewer.live.lastSeq === 720);
    const { completeFrom } = viewer.live.room?.state ?? { completeFrom: 0 };
    expect(completeFrom).toBeGreaterThan(500);
    expect(viewer.lost).toEqual([]);
    const omitted = viewer.omitted.flatMap(({ fromSeq, toSeq }) => upTo(toSeq).slice(fromSeq - 1));
    expect(omitted.length).toBeGreaterThan(50);
    expect(Math.min(...omitted)).toBeGreaterThanOrEqual(completeFrom);
    expect([...viewer.seqs(), ...omitted].sort((a, b) => a - b)).toEqual(upTo(720).slice(10));
    expect(viewer.seqs()).toEqual(viewer.seqs().toSorted((a, b) => a - b));
    expect(viewer.messages.at(-1)?.text).toBe(
      messages.find(({ seq }) => seq === viewer.seqs().at(-1))?.text,
    );
    await viewer.live.close();
  }, 60_000);
});
