import { createTurns } from './turns.ts';

/** Turns in a time that goes on by as much as each task takes. */
function setUp() {
  let now = 0;
  const done: string[] = [];
  const turns = createTurns(
    (error) => done.push(`${error}`),
    () => now,
  );
  const run = (owner: object, name: string, takesMs = 0, bytes = 0) =>
    turns.run(
      owner,
      () => {
        now += takesMs;
        done.push(name);
      },
      bytes,
    );
  return { turns, done, run };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('work in turns', () => {
  it('is done at once while the turn is short, and in order', async () => {
    const { done, run } = setUp();
    for (let i = 0; i < 1_000; i += 1) run({}, `${i}`);
    expect(done).toHaveLength(1_000);
    expect(done).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i}`));
  });

  it('waits for the next turn when this one has done enough, and stays in order', async () => {
    const { done, run } = setUp();
    const one = {};
    for (let i = 0; i < 10; i += 1) run(one, `${i}`, 6);
    expect(done).toEqual(['0', '1']);
    await nextTurn();
    expect(done).toEqual(['0', '1', '2', '3']);
    run({}, 'late');
    for (let i = 0; i < 10; i += 1) await nextTurn();
    expect(done).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'late']);
  });

  it('of one owner is done before its end, and not again', async () => {
    const { turns, done, run } = setUp();
    const [one, other] = [{}, {}];
    run(one, 'long', 50);
    run(other, 'a');
    run(one, 'b');
    run(one, 'c');
    turns.catchUp(one);
    expect(done).toEqual(['long', 'b', 'c']);
    turns.catchUp(one);
    await nextTurn();
    expect(done).toEqual(['long', 'b', 'c', 'a']);
  });

  it('does not pile up without end', () => {
    const { done, run } = setUp();
    run({}, 'long', 50);
    for (let i = 0; i < 10_100; i += 1) run({}, `${i}`);
    expect(done).toHaveLength(101);
    expect(done.slice(0, 3)).toEqual(['long', '0', '1']);
  });

  it('keeps no more than so many bytes', () => {
    const { done, run } = setUp();
    run({}, 'long', 50);
    for (let i = 0; i < 300; i += 1) run({}, `${i}`, 0, 64 * 1024);
    // 256 of them are 16 MiB.
    expect(done).toEqual(['long', ...Array.from({ length: 44 }, (_, i) => `${i}`)]);
  });

  it('goes on when a task throws, at once, later or at its owner’s end', async () => {
    const { turns, done, run } = setUp();
    const fail = (owner: object) =>
      turns.run(owner, () => {
        throw new Error('broken');
      });
    const one = {};
    fail({});
    run({}, 'long', 50);
    fail({});
    run({}, 'a');
    fail(one);
    run(one, 'b');
    turns.catchUp(one);
    expect(done).toEqual(['Error: broken', 'long', 'Error: broken', 'b']);
    await nextTurn();
    expect(done.slice(4)).toEqual(['Error: broken', 'a']);
  });
});
