import { createRerun } from './rerun.ts';

/** A run that ends when the test says so. */
function setUp() {
  const ends: ((error?: Error) => void)[] = [];
  const rerun = createRerun(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  const end = (run: number, error?: Error) => ends[run]?.(error);
  return { rerun, end, runs: () => ends.length };
}

describe('rerun', () => {
  it('runs once more, however often it was asked for meanwhile', async () => {
    const { rerun, end, runs } = setUp();
    const first = rerun();
    const later = [rerun(), rerun(), rerun()];
    expect(runs()).toBe(1);
    end(0);
    await first;
    await Promise.resolve();
    expect(runs()).toBe(2);
    end(1);
    await Promise.all(later);
    expect(runs()).toBe(2);
  });

  it('runs again after a run that failed, and tells only those who asked for that one', async () => {
    const { rerun, end, runs } = setUp();
    const first = rerun();
    const second = rerun();
    end(0, new Error('no answer'));
    await expect(first).rejects.toThrow('no answer');
    await Promise.resolve();
    expect(runs()).toBe(2);
    end(1);
    await expect(second).resolves.toBeUndefined();
    void rerun();
    expect(runs()).toBe(3);
  });
});
