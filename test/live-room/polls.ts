import { randomUUID } from 'node:crypto';
import { unwrap } from '../../api/client/index.ts';
import { until } from '../kit/until.ts';
import { openShop, type Person, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

const refused = (code: string) => expect.objectContaining({ code, retry: false });

/** Polls in the room: what the host asks, what viewers choose, and what everyone sees. */
export function describePolls(inWorld: InWorld): void {
  describe('polls', () => {
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
    const pollOf = ({ room }: Viewer) => room.state.poll;
    const everyoneSees = (what: string, probe: (poll: ReturnType<typeof pollOf>) => boolean) =>
      until(`everyone sees ${what}`, () => viewers.every((viewer) => probe(pollOf(viewer))));
    const votesOf = (poll: ReturnType<typeof pollOf>) => poll.options.map(({ votes }) => votes);
    const ask = (by: Person, more: object = {}) =>
      by.api.POST('/v1/broadcasts/{broadcastId}/polls', {
        params: { path: { broadcastId: shop.broadcastId } },
        body: { question: '어떤 색?', options: ['화이트', '블랙'], ...more },
      });
    const vote = (pollId: string, choices: unknown, id: string = randomUUID()) => ({
      id,
      pollId,
      choices,
    });
    const close = (pollId: string) =>
      unwrap(shop.seller.api.POST('/v1/polls/{pollId}/close', { params: { path: { pollId } } }));

    it('open for everyone, count in every room, and close with their result', async () => {
      expect(pollOf(seat(0)).id).toBe('');
      const poll = await unwrap(ask(shop.seller));
      await everyoneSees('the poll', ({ id, status }) => id === poll.id && status === 'open');
      expect(pollOf(seat(4)).toJSON()).toMatchObject({
        ...{ question: '어떤 색?', multiple: false, voters: 0, endsAt: 0 },
        options: [{ text: '화이트' }, { text: '블랙' }],
      });
      expect(await seat(0).ask('vote', vote(poll.id, [1]))).toEqual({
        pollId: poll.id,
        choices: [1],
      });
      await seat(1).ask('vote', vote(poll.id, [0]));
      await everyoneSees('two votes', (shown) => votesOf(shown).join() === '1,1');
      const closed = await close(poll.id);
      expect(closed).toMatchObject({ status: 'closed', voters: 2 });
      await everyoneSees('the end', ({ status, voters }) => status === 'closed' && voters === 2);
      expect(await seat(0).refusal('vote', vote(poll.id, [1]))).toEqual(refused('ALREADY_VOTED'));
    });

    it('take one vote of each person, in whatever room or by REST', async () => {
      const { ann } = inWorld();
      const poll = await unwrap(ask(shop.seller));
      const one = vote(poll.id, [0]);
      const [again] = await watchAll(inWorld(), [ann], shop.broadcastId);
      if (again === undefined) throw new Error('nobody came');
      viewers.push(again);
      const said = await Promise.all([seat(0).ask('vote', one), again.ask('vote', one)]);
      expect(said).toEqual([0, 0].map(() => ({ pollId: poll.id, choices: [0] })));
      const path = { pollId: poll.id };
      const { error } = await ann.api.POST('/v1/polls/{pollId}/votes', {
        params: { path },
        body: { choices: [1] },
      });
      expect(error).toMatchObject({ status: 409, code: 'ALREADY_VOTED' });
      expect(await again.refusal('vote', vote(poll.id, [1]))).toEqual(refused('ALREADY_VOTED'));
      const mine = ann.api.GET('/v1/polls/{pollId}/votes/me', { params: { path } });
      expect(await unwrap(mine)).toMatchObject({ choices: [0], userId: ann.user.id });
      await everyoneSees('one vote', (shown) => votesOf(shown).join() === '1,0');
    });

    it('keep results back until the end where the host wants it so', async () => {
      const poll = await unwrap(ask(shop.seller, { hidesResults: true }));
      await everyoneSees('the poll', ({ id }) => id === poll.id);
      await seat(0).ask('vote', vote(poll.id, [1]));
      await everyoneSees('a voter', ({ voters }) => voters === 1);
      for (const viewer of viewers) expect(votesOf(pollOf(viewer))).toEqual([0, 0]);
      await close(poll.id);
      await everyoneSees('the result', (shown) => votesOf(shown).join() === '0,1');
    });

    it('close by themselves when their time is up, and with the broadcast', async () => {
      const timed = await unwrap(ask(shop.seller, { durationSeconds: 5 }));
      await everyoneSees('its end', ({ id, endsAt }) => id === timed.id && endsAt > 0);
      await everyoneSees('it closed', ({ status }) => status === 'closed');
      expect(await seat(0).refusal('vote', vote(timed.id, [0]))).toEqual(refused('POLL_CLOSED'));
      const last = await unwrap(ask(shop.seller));
      await everyoneSees('the next', ({ id, status }) => id === last.id && status === 'open');
      const params = { path: { broadcastId: shop.broadcastId } };
      await unwrap(shop.seller.api.POST('/v1/broadcasts/{broadcastId}/end', { params }));
      await everyoneSees('it closed', ({ status }) => status === 'closed');
    });

    it('refuse in a typed way, and stay as they were', async () => {
      const { ann } = inWorld();
      expect((await ask(ann)).error).toMatchObject({ status: 403, code: 'PERMISSION_DENIED' });
      const poll = await unwrap(ask(shop.seller));
      expect((await ask(shop.seller)).error).toMatchObject({ status: 409, code: 'INVALID_STATE' });
      await everyoneSees('the poll', ({ id }) => id === poll.id);
      expect(await seat(2).refusal('vote', vote(poll.id, [0]))).toEqual(refused('UNAUTHENTICATED'));
      const unknown = `pol_${'Z'.repeat(26)}`;
      expect(await seat(0).refusal('vote', vote(unknown, [0]))).toEqual(refused('NOT_FOUND'));
      for (const choices of [undefined, [], [2], [0, 1], [0, 0], ['0'], [1.5], [-1], 0, null]) {
        expect(await seat(0).refusal('vote', vote(poll.id, choices))).toEqual(
          refused('INVALID_ARGUMENT'),
        );
      }
      expect(await seat(0).refusal('vote', vote(poll.id, [0], ''))).toEqual(
        refused('INVALID_ARGUMENT'),
      );
      expect(pollOf(seat(0)).voters).toBe(0);
    });
  });
}
