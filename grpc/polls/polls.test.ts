import type { Actor, UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import type { BroadcastNews, PollNews } from '../../common/pulse/index.ts';
import {
  type CreatePollRequest,
  type NewVote,
  type Poll,
  PollStatus,
  PollsServiceDefinition,
  type VoteOutcome,
} from '../../proto/gen/onair/polls/v1/polls.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, createMarket, type Market, person, tally, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database } from '../db/index.ts';
import { createPolls, createPollsService, verifyPolls } from './index.ts';

const rooms: Actor = { kind: 'service', name: 'realtime' };
const guest: Actor = { kind: 'anonymous' };

describeOnBothDatabases('polls', (open) => {
  let db: Database;
  let market: Market;
  /** Two processes on one database. */
  let served: readonly [ServedRpc, ServedRpc];
  let broadcastId: string;
  let news: PollNews[];
  let stopNews: () => void;

  function serve(): Promise<ServedRpc> {
    const { clock, pulse, broadcasts, config } = market;
    const deps = { config, db, clock, log: silentLogger(), vault: testVault, pulse };
    const service = createPollsService(createPolls(deps, broadcasts));
    return serveRpc((server) => server.add(PollsServiceDefinition, service));
  }

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    served = [await serve(), await serve()];
  });
  afterAll(() => Promise.all(served.map((each) => each.stop())));

  beforeEach(async () => {
    broadcastId = await market.goLive([]);
    news = [];
    stopNews = market.pulse.onBroadcast(broadcastId, (one: BroadcastNews) => {
      if (one.type === 'poll') news.push(one.poll);
    });
  });
  afterEach(() => stopNews());

  const as = (actor: Actor, process = 0) => (served[process] ?? served[0]).as(actor).polls;
  const host = () => as(market.seller);

  const request = (changes: Partial<CreatePollRequest> = {}): CreatePollRequest => ({
    requestId: unused('poll'),
    broadcastId,
    question: '어떤 색이 좋으세요?',
    options: ['빨강', '파랑', '초록'],
    multiple: false,
    hidesResults: false,
    durationSeconds: 0,
    ...changes,
  });
  const create = (changes: Partial<CreatePollRequest> = {}) => host().createPoll(request(changes));
  const close = (pollId: string) => host().closePoll({ requestId: unused('close'), pollId });
  const vote = (poll: Pick<Poll, 'id'>, choices: number[], more: Partial<NewVote> = {}) => ({
    requestId: unused('vote'),
    pollId: poll.id,
    userId: newId('usr'),
    choices,
    ...more,
  });
  async function cast(votes: NewVote[], process = 0, actor = rooms): Promise<VoteOutcome[]> {
    return (await as(actor, process).castVotes({ votes })).outcomes;
  }
  const said = ({ result }: VoteOutcome) =>
    result?.$case === 'vote' ? result.value.choices.join() : result?.value.code;
  const counts = ({ voters, options }: Poll) => [voters, ...options.map(({ votes }) => votes)];
  const read = (pollId: string, actor: Actor = guest) => as(actor).getPoll({ pollId });

  /** What the stored votes add up to. */
  async function stored(pollId: string): Promise<number[]> {
    const rows = await db.primary.rows<{ userId: string; position: number }>(
      'SELECT userId, position FROM poll_votes WHERE pollId = ?',
      [pollId],
    );
    const at = (position: number) => rows.filter((row) => row.position === position).length;
    return [new Set(rows.map((row) => row.userId)).size, at(0), at(1), at(2)];
  }
  const history = async (pollId: string) =>
    (
      await db.primary.rows<{ action: string; actor: string }>(
        'SELECT action, actor FROM poll_history WHERE pollId = ? ORDER BY id',
        [pollId],
      )
    ).map(({ action, actor }) => `${action} by ${actor}`);

  describe('opening', () => {
    it('is for host, moderator and admin, and everyone hears of it', async () => {
      const poll = await create({ durationSeconds: 60 });
      expect(poll).toMatchObject({
        ...{ broadcastId, ordinal: 1, status: PollStatus.OPEN, voters: 0, multiple: false },
        options: ['빨강', '파랑', '초록'].map((text) => ({ text, votes: 0 })),
        openedAt: new Date(market.clock.now()),
        endsAt: new Date(market.clock.now() + 60_000),
        closedAt: undefined,
      });
      await market.newsDelivered();
      expect(news).toMatchObject([{ id: poll.id, status: 'open', version: 1 }]);
      expect((await as(rooms).getLatestPoll({ broadcastId })).poll).toEqual(poll);
      await close(poll.id);

      const helper = person('viewer');
      await expect(as(helper).createPoll(request())).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
      await db.transaction((tx) =>
        tx.insert('broadcast_moderators', [
          { broadcastId, userId: helper.userId, addedBy: market.seller.userId, addedAt: 1 },
        ]),
      );
      const second = await as(helper).createPoll(request());
      expect(second.ordinal).toBe(2);
      await as(person('admin')).closePoll({ requestId: unused('close'), pollId: second.id });
      expect((await history(second.id))[0]).toBe(`opened by ${helper.userId}`);
    });

    it('is done once for a request id, also by 20 requests at once', async () => {
      const one = request();
      const polls = await Promise.all(
        Array.from({ length: 20 }, (_, i) => as(market.seller, i % 2).createPoll(one)),
      );
      expect(new Set(polls.map(({ id }) => id)).size).toBe(1);
      await expect(host().createPoll({ ...one, question: '다른 질문' })).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
      });
    });

    it('lets one be open at a time, also of 20 at once', async () => {
      const codes = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          codeOf(as(market.seller, i % 2).createPoll(request())),
        ),
      );
      expect(tally(codes)).toEqual({ ok: 1, INVALID_STATE: 19 });
      const { polls } = await as(guest).listPolls({ broadcastId });
      expect(polls).toHaveLength(1);
    });

    it('takes the place of a poll whose time is up and that nobody has closed yet', async () => {
      const first = await create({ durationSeconds: 5 });
      market.clock.advance(5_000);
      await create();
      expect(await read(first.id)).toMatchObject({
        status: PollStatus.CLOSED,
        closedAt: first.endsAt,
      });
      expect(await history(first.id)).toEqual([
        `opened by ${market.seller.userId}`,
        'expired by system',
      ]);
    });

    it.each<[string, Partial<CreatePollRequest>, string]>([
      ['no question', { question: '  ' }, 'INVALID_ARGUMENT'],
      ['too long a question', { question: '가'.repeat(201) }, 'INVALID_ARGUMENT'],
      ['two lines', { question: '가\n나' }, 'INVALID_ARGUMENT'],
      ['one option', { options: ['가'] }, 'INVALID_ARGUMENT'],
      ['11 options', { options: Array.from({ length: 11 }, (_, i) => `${i}`) }, 'INVALID_ARGUMENT'],
      ['an empty option', { options: ['가', ' '] }, 'INVALID_ARGUMENT'],
      ['the same option twice', { options: ['가', ' 가 '] }, 'INVALID_ARGUMENT'],
      ['too short a time', { durationSeconds: 4 }, 'INVALID_ARGUMENT'],
      ['too long a time', { durationSeconds: 86_401 }, 'INVALID_ARGUMENT'],
      ['no request id', { requestId: '' }, 'INVALID_ARGUMENT'],
      ['an unknown broadcast', { broadcastId: newId('brc') }, 'NOT_FOUND'],
    ])('refuses %s', async (_what, changes, code) => {
      expect(await codeOf(create(changes))).toBe(code);
      expect((await as(guest).getLatestPoll({ broadcastId })).poll).toBeUndefined();
    });

    it('is for live broadcasts', async () => {
      await market.broadcasts.endBroadcast(market.seller, {
        requestId: unused('end'),
        broadcastId,
      });
      expect(await codeOf(create())).toBe('BROADCAST_NOT_LIVE');
      await expect(as(guest).createPoll(request())).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });
  });

  describe('votes', () => {
    it('of 1,000 people at two processes, each cast twice, count once', async () => {
      const poll = await create();
      const votes = Array.from({ length: 1_000 }, (_, i) => vote(poll, [i % 3]));
      const calls = Array.from({ length: 20 }, (_, i) => votes.slice(i * 50, i * 50 + 50));
      const outcomes = (
        await Promise.all([...calls, ...calls].map((call, i) => cast(call, i % 2)))
      ).flat();
      expect(tally(outcomes.map((outcome) => said(outcome) ?? ''))).toEqual({
        '0': 668,
        '1': 666,
        '2': 666,
      });
      expect(counts(await read(poll.id))).toEqual([1_000, 334, 333, 333]);
      expect(await stored(poll.id)).toEqual([1_000, 334, 333, 333]);
    });

    it('of one person, 100 at once for different options: one counts', async () => {
      const poll = await create();
      const userId = newId('usr');
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, i) => cast([vote(poll, [i % 3], { userId })], i % 2)),
      );
      const codes = outcomes.map(([outcome]) => (outcome === undefined ? '' : said(outcome)));
      expect(codes.filter((code) => code === 'ALREADY_VOTED')).toHaveLength(99);
      const [voters, ...perOption] = counts(await read(poll.id));
      expect([voters, Math.max(...perOption)]).toEqual([1, 1]);
      expect(await stored(poll.id)).toEqual([voters, ...perOption]);
    });

    it('stand: asked again they are answered, and no other takes their place', async () => {
      const poll = await create();
      const one = vote(poll, [1]);
      const other = { ...one, choices: [2] };
      const outcomes = await cast([one, one, other, { ...other, requestId: unused('vote') }]);
      expect(outcomes.map(said)).toEqual(['1', '1', 'REQUEST_ID_REUSED', 'ALREADY_VOTED']);
      await close(poll.id);
      expect((await cast([one])).map(said)).toEqual(['1']);
      const voter = person('viewer');
      const mine = { ...voter, userId: one.userId };
      expect(await as(mine).getMyVote({ pollId: poll.id })).toMatchObject({ choices: [1] });
      await expect(as(voter).getMyVote({ pollId: poll.id })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    it('for several options count for each, where the poll takes several', async () => {
      const single = await create();
      expect((await cast([vote(single, [0, 1])])).map(said)).toEqual(['INVALID_ARGUMENT']);
      await close(single.id);
      const poll = await create({ multiple: true });
      const votes = [vote(poll, [2, 0]), vote(poll, [0]), vote(poll, [0, 1, 2])];
      expect((await cast(votes)).map(said)).toEqual(['0,2', '0', '0,1,2']);
      expect(counts(await read(poll.id))).toEqual([3, 3, 1, 2]);
      expect(await stored(poll.id)).toEqual([3, 3, 1, 2]);
    });

    it('are refused one by one, and the others count', async () => {
      const poll = await create();
      const outcomes = await cast([
        vote(poll, []),
        vote(poll, [3]),
        vote(poll, [-1]),
        vote(poll, [1, 1]),
        vote(poll, [1], { requestId: '' }),
        vote(poll, [1], { userId: 'me' }),
        vote({ id: newId('pol') }, [1]),
        vote(poll, [1]),
      ]);
      expect(outcomes.map(said)).toEqual([
        ...new Array(6).fill('INVALID_ARGUMENT'),
        'NOT_FOUND',
        '1',
      ]);
      expect(counts(await read(poll.id))).toEqual([1, 0, 1, 0]);
      const many = Array.from({ length: 501 }, () => vote(poll, [0]));
      await expect(cast(many)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('are cast for oneself, by people who are not banned', async () => {
      const poll = await create();
      const voter: UserActor = person('viewer');
      const mine = vote(poll, [0], { userId: voter.userId });
      expect((await cast([vote(poll, [0])], 0, voter)).map(said)).toEqual(['PERMISSION_DENIED']);
      await expect(cast([mine], 0, guest)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      const until = market.clock.now() + 1_000;
      await db.transaction((tx) =>
        tx.insert('viewer_bans', [
          {
            ...{ scopeId: broadcastId, userId: voter.userId, reason: '도배' },
            ...{ bannedBy: market.seller.userId, bannedAt: 1, expiresAt: until },
          },
        ]),
      );
      const [refused] = await cast([mine], 0, voter);
      expect(refused?.result?.value).toMatchObject({
        code: 'BANNED',
        details: { until: String(until) },
      });
      market.clock.advance(1_000);
      expect((await cast([mine], 0, voter)).map(said)).toEqual(['0']);
    });

    it('are told to the rooms once for a batch, with versions that grow', async () => {
      const poll = await create();
      await cast([vote(poll, [0]), vote(poll, [1]), vote(poll, [1])]);
      await cast([vote(poll, [1])]);
      await market.newsDelivered();
      expect(
        news.map(({ version, voters, options }) => [version, voters, options[1]?.votes]),
      ).toEqual([
        [1, 0, 0],
        [2, 3, 2],
        [3, 4, 3],
      ]);
    });
  });

  describe('hidden results', () => {
    it('are seen by the host alone until the poll is closed', async () => {
      const poll = await create({ hidesResults: true });
      await cast([vote(poll, [0]), vote(poll, [1])]);
      const seen = async (actor: Actor) => counts(await read(poll.id, actor));
      const kept = [2, 0, 0, 0];
      expect(await seen(market.seller)).toEqual([2, 1, 1, 0]);
      expect(await seen(person('admin'))).toEqual([2, 1, 1, 0]);
      for (const actor of [guest, rooms, person('viewer')]) expect(await seen(actor)).toEqual(kept);
      const latest = (await as(rooms).getLatestPoll({ broadcastId })).poll;
      expect(latest && counts(latest)).toEqual(kept);
      const { polls } = await as(guest).listPolls({ broadcastId });
      expect(polls.map(counts)).toEqual([kept]);
      await market.newsDelivered();
      expect(news.at(-1)?.options.map(({ votes }) => votes)).toEqual([0, 0, 0]);
      await close(poll.id);
      expect(await seen(guest)).toEqual([2, 1, 1, 0]);
      await market.newsDelivered();
      expect(news.at(-1)?.options.map(({ votes }) => votes)).toEqual([1, 1, 0]);
    });
  });

  describe('closing', () => {
    it('ends voting; closing again changes nothing', async () => {
      const poll = await create();
      const closed = await close(poll.id);
      expect(closed).toMatchObject({ status: PollStatus.CLOSED, version: 2 });
      expect(await close(poll.id)).toEqual(closed);
      expect((await cast([vote(poll, [0])])).map(said)).toEqual(['POLL_CLOSED']);
      expect(await history(poll.id)).toEqual([
        `opened by ${market.seller.userId}`,
        `closed by ${market.seller.userId}`,
      ]);
    });

    it('by strangers and of unknown polls is refused', async () => {
      const poll = await create();
      const requestId = unused('close');
      await expect(
        as(person('viewer', 'seller')).closePoll({ requestId, pollId: poll.id }),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(await codeOf(close(newId('pol')))).toBe('NOT_FOUND');
      expect(await codeOf(close('pol_1'))).toBe('INVALID_ARGUMENT');
      await expect(read(newId('pol'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('comes with its time, for votes at once and for the poll by its job', async () => {
      const poll = await create({ durationSeconds: 10 });
      const [job] = await db.primary.rows<{ payload: string; availableAt: number }>(
        `SELECT payload, availableAt FROM jobs WHERE kind = 'polls.expire' ORDER BY id DESC LIMIT 1`,
      );
      expect(job).toEqual({
        payload: JSON.stringify({ pollId: poll.id }),
        availableAt: poll.endsAt?.getTime(),
      });
      const pollIds = [poll.id, newId('pol')];
      market.clock.advance(9_999);
      expect(await as(rooms).expirePolls({ pollIds })).toEqual({ pendingPollIds: [poll.id] });
      expect((await cast([vote(poll, [0])])).map(said)).toEqual(['0']);
      market.clock.advance(1);
      expect((await cast([vote(poll, [0])])).map(said)).toEqual(['POLL_CLOSED']);
      for (let times = 0; times < 2; times += 1) {
        expect(await as(rooms).expirePolls({ pollIds })).toEqual({ pendingPollIds: [] });
      }
      expect(await read(poll.id)).toMatchObject({
        ...{ status: PollStatus.CLOSED, closedAt: poll.endsAt, voters: 1 },
      });
      expect((await history(poll.id)).at(-1)).toBe('expired by system');
    });

    it('comes with the end of the broadcast, by the job that the end leaves', async () => {
      const poll = await create();
      await as(rooms).endPolls({ broadcastIds: [broadcastId] });
      expect((await read(poll.id)).status).toBe(PollStatus.OPEN);
      await market.broadcasts.endBroadcast(market.seller, {
        requestId: unused('end'),
        broadcastId,
      });
      const jobs = await db.primary.rows<{ payload: string }>(
        `SELECT payload FROM jobs WHERE kind = 'polls.end'`,
      );
      expect(jobs).toContainEqual({ payload: JSON.stringify({ broadcastId }) });
      await as(rooms).endPolls({ broadcastIds: [broadcastId, newId('brc')] });
      expect((await read(poll.id)).status).toBe(PollStatus.CLOSED);
      expect((await history(poll.id)).at(-1)).toBe('ended by system');
    });

    it('at the moment of 100 votes: each is counted or refused, and the counts agree', async () => {
      const poll = await create();
      const votes = Array.from({ length: 100 }, (_, i) => vote(poll, [i % 3]));
      const casting = votes.map((one, i) => cast([one], i % 2));
      const [outcomes] = await Promise.all([Promise.all(casting), close(poll.id)]);
      const taken = outcomes.flat().filter(({ result }) => result?.$case === 'vote').length;
      const [voters] = counts(await read(poll.id));
      expect(voters).toBe(taken);
      expect(await stored(poll.id)).toEqual(counts(await read(poll.id)));
    });
  });

  it('agree with their votes, whatever was done; a count that does not is named', async () => {
    expect(await verifyPolls(db.primary)).toEqual([]);
    const poll = await create();
    await cast([vote(poll, [0])]);
    const change = (by: number) =>
      db.transaction(async (tx) => {
        await tx.execute('UPDATE polls SET voters = voters + ? WHERE id = ?', [by, poll.id]);
        await tx.execute(
          'UPDATE poll_options SET votes = votes + ? WHERE pollId = ? AND position = 2',
          [by, poll.id],
        );
      });
    await change(1);
    expect(await verifyPolls(db.primary)).toEqual([
      `${poll.id}: counts 2 voters, 1 have voted`,
      `${poll.id}: counts 1 votes for option 2, 0 are stored`,
    ]);
    await change(-1);
    expect(await verifyPolls(db.primary)).toEqual([]);
  });

  it('are listed newest first, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const poll = await create();
      ids.unshift(poll.id);
      await close(poll.id);
    }
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await as(guest).listPolls({ broadcastId, pageSize: 2, pageToken });
      seen.push(...page.polls.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(ids);
  });
});
