import { newId } from '../../common/ids.ts';
import { decodePageToken, encodePageToken, pageSize, toPage } from './paging.ts';

describe('pageSize', () => {
  it.each([
    [0, 20],
    [1, 1],
    [100, 100],
  ])('%p means %p', (asked, size) => {
    expect(pageSize.parse(asked)).toBe(size);
  });

  it.each([-1, 101, 1.5, Number.NaN])('refuses %p', (asked) => {
    expect(pageSize.safeParse(asked).success).toBe(false);
  });
});

describe('a page token', () => {
  it('brings the id back', () => {
    const id = newId('ord');
    expect(decodePageToken(encodePageToken(id))).toBe(id);
  });

  it('is absent for the first page', () => {
    expect(decodePageToken('')).toBeUndefined();
  });

  it.each([
    ['something else', '!!!!'],
    ['SQL', encodePageToken("' OR 1=1")],
    ['an id that is too long', encodePageToken('x'.repeat(65))],
    ['bytes', Buffer.from([0, 255, 254]).toString('base64url')],
  ])('that holds %s is refused', (_what, token) => {
    expect(() => decodePageToken(token)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('toPage', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));

  it('leaves the row out that only tells that there are more', () => {
    const page = toPage(rows, 2);
    expect(page.rows).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(decodePageToken(page.nextPageToken)).toBe('b');
  });

  it.each([3, 4])('is the last one when there are no more rows than %p', (size) => {
    expect(toPage(rows, size)).toEqual({ rows, nextPageToken: '' });
  });

  it('may be empty', () => {
    expect(toPage([], 20)).toEqual({ rows: [], nextPageToken: '' });
  });
});
