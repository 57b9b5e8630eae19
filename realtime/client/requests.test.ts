import { until } from '../../test/kit/until.ts';
import { createRequests } from './requests.ts';

type Answer = PromiseWithResolvers<unknown>;

/** A room that answers when the test says so. */
function openRoom() {
  const asked: { readonly type: string; readonly answer: Answer }[] = [];
  const request = (type: string) => {
    const answer: Answer = Promise.withResolvers();
    asked.push({ type, answer });
    return answer.promise;
  };
  return { room: { request }, asked };
}

const setUp = () => createRequests({ baseMs: 1, ceilingMs: 1 });
const never = new Promise<never>(() => undefined);

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

/** As the SDK rejects what the room refused. */
const refusedWith = (code: string, retry: boolean, details = {}) =>
  Object.assign(new Error(code), { reason: { code, retry, message: '한국어', details } });

describe('requests that are refused', () => {
  it.each([
    ['CHAT_SLOW_MODE', true, { secondsLeft: '8', retryAfterMs: '8000' }],
    ['CHAT_FROZEN', true, {}],
    ['CHAT_FLOOD', true, { retryAfterMs: '500' }],
    ['CHAT_REPEAT', true, { retryAfterMs: '500' }],
    ['RATE_LIMITED', true, { retryAfterMs: '500' }],
    ['SOLD_OUT', false, {}],
  ])('by %s say so at once, with what there is to know', async (code, retry, details) => {
    const { room, asked } = openRoom();
    const requests = setUp();
    requests.moveTo(room);
    const asking = requests.ask('chat', { id: 'c1', text: '안녕' });
    await settle();
    asked[0]?.answer.reject(refusedWith(code, retry, details));
    await expect(asking).rejects.toMatchObject({ code, retry, details, message: '한국어' });
    expect(asked).toHaveLength(1);
  });

  it.each(['OVERLOADED', 'UNAVAILABLE'])('by %s are asked again under their id', async (code) => {
    const { room, asked } = openRoom();
    const requests = setUp();
    requests.moveTo(room);
    const asking = requests.ask('chat', { id: 'c1', text: '안녕' });
    await settle();
    asked[0]?.answer.reject(refusedWith(code, true, { retryAfterMs: '1' }));
    await until('it is asked again', () => asked.length === 2);
    asked[1]?.answer.resolve('said');
    expect(await asking).toBe('said');
    const heart = requests.ask('heart', { count: 1 });
    await settle();
    asked[2]?.answer.reject(refusedWith(code, true));
    await expect(heart).rejects.toMatchObject({ code });
  });
});

describe('requests over a move to another room', () => {
  it('are sent to the next one where they may be sent twice: by an id, or an upvote', async () => {
    const [before, after] = [openRoom(), openRoom()];
    const requests = setUp();
    requests.moveTo(before.room);
    const asking = [
      requests.ask('chat', { id: 'c1', text: '안녕' }),
      requests.ask('upvote', { questionId: 'qst_1' }),
    ];
    await settle();
    requests.moveTo(after.room);
    await settle();
    expect(after.asked.map(({ type }) => type)).toEqual(['chat', 'upvote']);
    for (const { answer } of after.asked) answer.resolve('done');
    expect(await Promise.all(asking)).toEqual(['done', 'done']);
  });

  it('are answered by the one that was left where they may not', async () => {
    const [before, after] = [openRoom(), openRoom()];
    const requests = setUp();
    requests.moveTo(before.room);
    const asking = requests.ask('heart', { count: 3 });
    await settle();
    requests.moveTo(after.room);
    const answered = requests.answered(before.room, never);
    before.asked[0]?.answer.resolve({ counted: 3 });
    expect(await asking).toEqual({ counted: 3 });
    await answered;
    expect(after.asked).toEqual([]);
  });

  it('that the room which was left does not answer end with it, their outcome unknown', async () => {
    const [before, after] = [openRoom(), openRoom()];
    const requests = setUp();
    requests.moveTo(before.room);
    const asking = requests.ask('heart', { count: 3 });
    await settle();
    requests.moveTo(after.room);
    await requests.answered(before.room, Promise.resolve());
    before.asked[0]?.answer.reject(new Error('the connection is closed'));
    await expect(asking).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it('that wait in a room which is gone end at once, or wait for the next', async () => {
    const [before, after] = [openRoom(), openRoom()];
    const requests = setUp();
    requests.moveTo(before.room);
    const heart = requests.ask('heart', { count: 1 });
    const chat = requests.ask('chat', { id: 'c1', text: '안녕' });
    await settle();
    requests.detach();
    await expect(heart).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await requests.answered(before.room, never);
    requests.moveTo(after.room);
    await settle();
    after.asked[0]?.answer.resolve('said');
    expect(await chat).toBe('said');
  });

  it('fail when the client is closed, in whichever room they wait', async () => {
    const [before, after] = [openRoom(), openRoom()];
    const requests = setUp();
    requests.moveTo(before.room);
    const heart = requests.ask('heart', { count: 1 });
    await settle();
    requests.moveTo(after.room);
    const chat = requests.ask('chat', { id: 'c1', text: '안녕' });
    await settle();
    requests.close();
    await expect(heart).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await expect(chat).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
