import { createSharedTimeout, TimeoutError } from './shared-timeout.ts';

describe('a shared timeout', () => {
  it('lets through what is in time, its failure too', async () => {
    const inTime = createSharedTimeout(10_000);
    await expect(inTime(Promise.resolve(7))).resolves.toBe(7);
    await expect(inTime(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('ends the wait of each, of those who share a timer and of those who come later', async () => {
    const inTime = createSharedTimeout(20);
    const never = new Promise(() => undefined);
    await Promise.all(
      [1, 2, 3].map(() => expect(inTime(never)).rejects.toBeInstanceOf(TimeoutError)),
    );
    await expect(inTime(never)).rejects.toBeInstanceOf(TimeoutError);
  });
});
