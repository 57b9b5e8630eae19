import { until } from './until.ts';

describe('until', () => {
  it('answers the first truthy value', async () => {
    let tries = 0;
    expect(await until('the third try', () => ++tries >= 3 && `try ${tries}`)).toBe('try 3');
  });

  it('takes a probe that throws as not yet', async () => {
    let tries = 0;
    const probe = () => {
      if (++tries < 2) throw new Error('refused');
      return tries;
    };
    expect(await until('the second try', probe)).toBe(2);
  });

  it('names what it waited for and the last error when it gives up', async () => {
    const never = () => Promise.reject(new Error('connection refused'));
    await expect(until('the moon is full', never, { timeoutMs: 30 })).rejects.toThrow(
      /gave up waiting until the moon is full after 30 ms.*connection refused/,
    );
  });
});
