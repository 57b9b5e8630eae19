import type { Viewer } from '../viewer.ts';
import { createHeadCount, type HeadCount } from './head-count.ts';

const guest: Viewer = { kind: 'guest' };
const user = (userId: string, seat?: string): Viewer => ({
  ...{ kind: 'user', userId, name: userId, role: 'viewer', loginId: userId },
  ...(seat === undefined ? {} : { seat }),
});

/** Tells the services, who take it. */
function tell(heads: HeadCount) {
  const news = heads.news();
  heads.told(news);
  return news;
}

const nothing = { whole: false, joined: [], left: [], seated: [], guests: 0, cameFrom: [] };

describe('a head count', () => {
  it('tells everyone first, and then who came and went', () => {
    const heads = createHeadCount();
    heads.enter(user('ann', 'ann'));
    heads.enter(guest);
    const first = { whole: true, joined: ['ann'], seated: ['ann'], guests: 1 };
    expect(tell(heads)).toEqual({ ...nothing, ...first });
    expect(tell(heads)).toEqual({ ...nothing, guests: 1 });
    heads.enter(user('bob'));
    heads.leave(user('ann'));
    heads.leave(guest);
    expect(tell(heads)).toEqual({ ...nothing, joined: ['bob'], left: ['ann'] });
    expect(tell(heads)).toEqual(nothing);
  });

  it('has news until it was taken, whoever came or went', () => {
    const heads = createHeadCount();
    expect(heads.hasNews()).toBe(true);
    tell(heads);
    expect(heads.hasNews()).toBe(false);
    const moved: Viewer = { ...guest, cameFrom: 'gone' };
    for (const viewer of [user('ann'), user('bob', 'bob'), guest, moved]) {
      for (const change of [heads.enter, heads.leave]) {
        change(viewer);
        expect(heads.hasNews()).toBe(true);
        heads.news();
        expect(heads.hasNews()).toBe(true);
        tell(heads);
        expect(heads.hasNews()).toBe(false);
      }
    }
    heads.tellAll();
    expect(heads.hasNews()).toBe(true);
  });

  it('tells once of guests who came from a room that is gone, though they left again', () => {
    const heads = createHeadCount();
    const moved: Viewer = { ...guest, cameFrom: 'gone' };
    heads.enter(moved);
    heads.enter(moved);
    const news = heads.news();
    heads.enter(moved);
    heads.leave(moved);
    expect(news).toMatchObject({ guests: 2, cameFrom: [{ roomId: 'gone', guests: 2 }] });
    heads.tellAll();
    expect(heads.news().cameFrom).toEqual([{ roomId: 'gone', guests: 3 }]);
    heads.told(news);
    expect(tell(heads)).toMatchObject({ guests: 2, cameFrom: [{ roomId: 'gone', guests: 1 }] });
    expect(tell(heads).cameFrom).toEqual([]);
  });

  it('takes someone with two connections for one, until both are gone', () => {
    const heads = createHeadCount();
    tell(heads);
    heads.enter(user('ann'));
    heads.enter(user('ann'));
    expect(tell(heads).joined).toEqual(['ann']);
    heads.leave(user('ann'));
    expect(tell(heads)).toEqual(nothing);
    heads.leave(user('ann'));
    expect(tell(heads).left).toEqual(['ann']);
  });

  it('says nothing of who came and went between two reports, but that their seat was used', () => {
    const heads = createHeadCount();
    tell(heads);
    heads.enter(user('ann', 'ann'));
    heads.leave(user('ann', 'ann'));
    expect(tell(heads)).toEqual({ ...nothing, seated: ['ann'] });
  });

  it('tells later what happened while it was telling', () => {
    const heads = createHeadCount();
    heads.enter(user('ann'));
    const news = heads.news();
    heads.enter(user('bob'));
    heads.leave(user('ann'));
    heads.told(news);
    expect(tell(heads)).toEqual({ ...nothing, joined: ['bob'], left: ['ann'] });
    expect(tell(heads)).toEqual(nothing);
  });

  it('tells everyone anew after a report of which nobody knows what became', () => {
    const heads = createHeadCount();
    heads.enter(user('ann'));
    heads.enter(user('bob'));
    tell(heads);
    heads.leave(user('ann'));
    heads.news();
    heads.tellAll();
    expect(tell(heads)).toMatchObject({ whole: true, joined: ['bob'] });
    expect(tell(heads)).toEqual(nothing);
  });

  it('tells a crowd in parts', () => {
    const heads = createHeadCount();
    for (let i = 0; i < 12_000; i += 1) heads.enter(user(`user-${i}`));
    const told = [tell(heads), tell(heads), tell(heads), tell(heads)];
    expect(told.map(({ whole, joined }) => [whole, joined.length])).toEqual([
      [true, 5_000],
      [false, 5_000],
      [false, 2_000],
      [false, 0],
    ]);
    expect(new Set(told.flatMap(({ joined }) => joined)).size).toBe(12_000);
  });
});
