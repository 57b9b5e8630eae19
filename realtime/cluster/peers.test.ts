import { fewestFirst } from './peers.ts';

describe('where a room opens', () => {
  const rooms = new Map([
    ['one', 1],
    ['two', 2],
    ['three', 1],
  ]);
  const order = (own: string) =>
    fewestFirst([...rooms.keys()], (processId) => rooms.get(processId) ?? 0, own);

  it('is at the process with the fewest rooms', () => {
    expect(order('two')).toEqual(['one', 'three', 'two']);
  });

  it('is at the process that asks, where no other has fewer', () => {
    expect(order('three')).toEqual(['three', 'one', 'two']);
    expect(order('one')).toEqual(['one', 'three', 'two']);
  });
});
