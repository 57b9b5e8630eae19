import { maxBodyBytes, refuseBody } from './limits.ts';

describe('bodies of matchmaking requests', () => {
  it.each([
    ['GET', undefined],
    ['OPTIONS', undefined],
    ['POST', '0'],
    ['POST', String(maxBodyBytes)],
  ])('%s with length %s may come', (method, length) => {
    expect(refuseBody(method, length)).toBeUndefined();
  });

  it.each([
    ['POST', undefined, '411 Length Required'],
    ['PUT', '', '411 Length Required'],
    ['POST', String(maxBodyBytes + 1), '413 Content Too Large'],
    ['POST', 'many', '413 Content Too Large'],
  ])('%s with length %s is refused', (method, length, status) => {
    expect(refuseBody(method, length)).toEqual({ status });
  });
});
