import { createTickQueue } from './tick-queue.ts';

describe('tick queue', () => {
  it('makes changes at the tick, in the order in which they were given', () => {
    const made: string[] = [];
    const queue = createTickQueue(() => undefined);
    queue.later(() => made.push('first'));
    queue.later(() => made.push('second'));
    expect(made).toEqual([]);
    queue.flush();
    queue.flush();
    expect(made).toEqual(['first', 'second']);
  });

  it('reports a change that fails, and makes the others', () => {
    const made: string[] = [];
    const errors: unknown[] = [];
    const queue = createTickQueue((error) => errors.push(error));
    queue.later(() => {
      throw new Error('broken');
    });
    queue.later(() => made.push('second'));
    queue.flush();
    expect(made).toEqual(['second']);
    expect(errors).toEqual([new Error('broken')]);
  });

  it('makes a change that a change asks for at the next tick', () => {
    const made: string[] = [];
    const queue = createTickQueue(() => undefined);
    queue.later(() => queue.later(() => made.push('next')));
    queue.flush();
    expect(made).toEqual([]);
    queue.flush();
    expect(made).toEqual(['next']);
  });
});
