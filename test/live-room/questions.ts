import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

const refused = (code: string, retry = false) => expect.objectContaining({ code, retry });

/** Questions in the room: what viewers ask, what the host answers, and what everyone sees. */
export function describeQuestions(inWorld: InWorld): void {
  describe('questions', () => {
    let shop: Shop;
    let viewers: Viewer[] = [];
    beforeEach(async () => {
      const world = inWorld();
      shop = await openShop(world.onair);
      const people = [world.ann, world.bob, undefined, undefined, undefined];
      viewers = await watchAll(world, people, shop.broadcastId);
    });
    afterEach(() => leaveAll(viewers));

    const seat = (index: number) => {
      const viewer = viewers[index];
      if (viewer === undefined) throw new Error('nobody sits there');
      return viewer;
    };
    type Shown = Viewer['room']['state']['questions'];
    const everyoneSees = (what: string, probe: (questions: Shown) => boolean) =>
      until(`everyone sees ${what}`, () =>
        viewers.every(({ room }) => probe(room.state.questions)),
      );
    async function ask(index: number, text: string, id = randomUUID()): Promise<string> {
      const answer = await seat(index).ask('ask', { id, text });
      return String(Object(answer).questionId);
    }
    const path = () => ({ broadcastId: shop.broadcastId });
    const pin = (questionId: string | null) =>
      unwrap(
        shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/pinned-question', {
          params: { path: path() },
          body: { questionId },
        }),
      );

    it('are counted, pinned, answered and hidden before everyone’s eyes', async () => {
      const { api } = shop.seller;
      const first = await ask(0, '언제 도착하나요?');
      const second = await ask(1, '선물 포장 되나요?');
      await everyoneSees('two questions', ({ open, pinned }) => open === 2 && pinned.id === '');
      await pin(second);
      await everyoneSees('the pinned one', ({ pinned }) => pinned.id === second);
      expect(seat(4).room.state.questions.pinned.toJSON()).toMatchObject({
        ...{ name: 'bob', text: '선물 포장 되나요?', answer: '', votes: 0 },
        pinnedAt: expect.any(Number),
      });
      const params = { path: { questionId: second } };
      const answer = { params, body: { text: '네, 무료예요' } };
      await unwrap(api.PUT('/v1/questions/{questionId}/answer', answer));
      await everyoneSees('the answer', ({ open, pinned }) => {
        return open === 1 && pinned.answer === '네, 무료예요';
      });
      await unwrap(
        api.PUT('/v1/questions/{questionId}/hidden', { params, body: { hidden: true } }),
      );
      await everyoneSees('none pinned', ({ pinned }) => pinned.id === '' && pinned.text === '');
      const { items } = await unwrap(
        inWorld()
          .onair.rest()
          .GET('/v1/broadcasts/{broadcastId}/questions', {
            params: { path: path() },
          }),
      );
      expect(items.map(({ id }) => id)).toEqual([first]);
    });

    it('take one vote of each person, in whatever room or by REST', async () => {
      const { ann, bob } = inWorld();
      const id = randomUUID();
      const questionId = await ask(0, '재입고되나요?', id);
      expect(await ask(0, '재입고되나요?', id)).toBe(questionId);
      const vote = { questionId };
      expect(await seat(1).ask('upvote', vote)).toEqual({ questionId, votes: 1 });
      expect(await seat(1).ask('upvote', vote)).toEqual({ questionId, votes: 1 });
      const byRest = (api: typeof ann.api) =>
        unwrap(api.PUT('/v1/questions/{questionId}/vote', { params: { path: vote } }));
      expect(await byRest(bob.api)).toEqual({ questionId, votes: 1 });
      expect(await byRest(ann.api)).toEqual({ questionId, votes: 2 });
      await ask(1, '다른 질문');
      const { items } = await unwrap(
        ann.api.GET('/v1/broadcasts/{broadcastId}/questions', {
          params: { path: path(), query: { order: 'votes' } },
        }),
      );
      expect(items.map(({ votes }) => votes)).toEqual([2, 0]);
      await pin(questionId);
      await everyoneSees('its votes', ({ pinned }) => pinned.votes === 2);
    });

    it('of one who is muted in the shadow look asked to them, and are not there for others', async () => {
      const { ann, bob, onair } = inWorld();
      await unwrap(
        shop.seller.api.PUT('/v1/broadcasts/{broadcastId}/mutes/{userId}', {
          params: { path: { ...path(), userId: ann.user.id } },
          body: { kind: 'shadow', reason: '도배', sellerWide: false },
        }),
      );
      const shadowed = await ask(0, '들리나요?');
      const heard = await ask(1, '언제 도착하나요?');
      await everyoneSees('one question', ({ open }) => open === 1);
      const list = async ({ GET }: typeof ann.api) =>
        (
          await unwrap(GET('/v1/broadcasts/{broadcastId}/questions', { params: { path: path() } }))
        ).items.map((item) => [item.id, item.shadowed]);
      const all = [heard, shadowed];
      expect(await list(ann.api)).toEqual(all.map((id) => [id, false]));
      expect(await list(shop.seller.api)).toEqual(all.map((id) => [id, id === shadowed]));
      for (const api of [bob.api, onair.rest()]) expect(await list(api)).toEqual([[heard, false]]);
      const vote = { questionId: shadowed };
      expect(await seat(1).refusal('upvote', vote)).toEqual(refused('NOT_FOUND'));
    });

    it('refuse in a typed way', async () => {
      const { ann } = inWorld();
      const text = '질문';
      const one = { id: randomUUID(), text };
      expect(await seat(2).refusal('ask', one)).toEqual(refused('UNAUTHENTICATED'));
      for (const wild of [
        undefined,
        {},
        { id: '', text },
        { ...one, text: ' ' },
        { ...one, text: 7 },
      ]) {
        expect(await seat(0).refusal('ask', wild)).toEqual(refused('INVALID_ARGUMENT'));
      }
      const long = { ...one, text: 'x'.repeat(201) };
      expect(await seat(0).refusal('ask', long)).toEqual(refused('INVALID_ARGUMENT'));
      const questionId = await ask(0, text);
      for (let more = 0; more < 2; more += 1) await ask(0, text);
      expect(await seat(0).refusal('ask', one)).toEqual(refused('RATE_LIMITED', true));
      const unknown = { questionId: `qst_${'Z'.repeat(26)}` };
      expect(await seat(0).refusal('upvote', unknown)).toEqual(refused('NOT_FOUND'));
      expect(await seat(0).refusal('upvote', {})).toEqual(refused('INVALID_ARGUMENT'));
      expect(await seat(2).refusal('upvote', { questionId })).toEqual(refused('UNAUTHENTICATED'));
      const params = { path: { questionId } };
      const denied = { status: 403, code: 'PERMISSION_DENIED' };
      const { api } = ann;
      const body = { text: '네' };
      const answering = await api.PUT('/v1/questions/{questionId}/answer', { params, body });
      expect(answering.error).toMatchObject(denied);
      const hiding = await api.PUT('/v1/questions/{questionId}/hidden', {
        params,
        body: { hidden: true },
      });
      expect(hiding.error).toMatchObject(denied);
      const hidden = await api.GET('/v1/broadcasts/{broadcastId}/questions', {
        params: { path: path(), query: { status: 'hidden' } },
      });
      expect(hidden.error).toMatchObject(denied);
    });
  });
}
