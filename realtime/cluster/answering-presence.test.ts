import { describeWith } from '../../test/kit/describe-with.ts';
import { type Redis, startRedis } from '../../test/kit/redis.ts';
import { until } from '../../test/kit/until.ts';
import { redisOptions } from '../redis-options.ts';
import { AnsweringPresence } from './answering-presence.ts';

/** Tells when nothing is left of it. */
class EndingPresence extends AnsweringPresence {
  hasEnded(): boolean {
    return [this.pub, this.sub].every(({ status }) => status === 'end');
  }
}

describeWith(['redis'], 'calls between processes', () => {
  let redis: Redis;
  let presence: AnsweringPresence;
  let other: AnsweringPresence;
  beforeAll(async () => {
    redis = await startRedis();
    presence = new AnsweringPresence(redisOptions(redis.url));
    other = new AnsweringPresence(redisOptions(redis.url));
  }, 60_000);
  afterAll(async () => {
    presence.shutdown();
    other.shutdown();
    await redis.stop();
  });

  /** What is answered under a number so far. */
  async function listen(requestId: string): Promise<readonly unknown[]> {
    const answers: unknown[] = [];
    await presence.subscribe(`ipc:${requestId}`, (answer: unknown) => answers.push(answer));
    return answers;
  }

  it('are answered at once, as calls that timed out, where nobody hears them', async () => {
    const answers = await listen('a');
    await presence.publish('$gone', ['checkReconnectionToken', 'a', ['token']]);
    expect(answers).toEqual([[1, 'ipc_timeout']]);
  });

  it('are left to whoever hears them', async () => {
    const answers = await listen('b');
    await other.subscribe('$here', ([, requestId]: [string, string]) => {
      void other.publish(`ipc:${requestId}`, [0, 'session']);
    });
    await presence.publish('$here', ['checkReconnectionToken', 'b', ['token']]);
    await until('it is answered', () => answers.length > 0);
    expect(answers).toEqual([[0, 'session']]);
  });

  it('are not answered for other messages that nobody hears', async () => {
    const answers = await listen('c');
    for (const message of [[0, 'c'], ['c', 'c'], 'c', undefined, { c: 'c' }]) {
      await presence.publish('$gone', message);
    }
    expect(answers).toEqual([]);
  });

  it('end quietly where Redis goes away before it has said goodbye', async () => {
    const own = await startRedis();
    const ending = new EndingPresence(redisOptions(own.url));
    await ending.subscribe('news', () => undefined);
    await ending.publish('news', 'heard');
    // It hears nothing more, and so can answer nothing: a rejection that nobody takes fails the test.
    process.kill(own.pid, 'SIGSTOP');
    ending.shutdown();
    await own.stop();
    await until('its connections have ended', () => ending.hasEnded());
  });
});
