import { mayReturn } from './may-return.ts';

describe('coming back to a seat', () => {
  it.each([undefined, 1001, 1005, 1006, 4010])('after a connection that broke (%s)', (code) => {
    expect(mayReturn(code)).toBe(true);
  });

  it.each([1000, 1008, 1009, 4000, 4001, 4002, 4003])(
    'not after one that was closed on purpose (%s)',
    (code) => {
      expect(mayReturn(code)).toBe(false);
    },
  );
});
