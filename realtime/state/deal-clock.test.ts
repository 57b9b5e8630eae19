import { createDealClock, dealStatus, nextDealChange } from './deal-clock.ts';
import { createLiveState, Deal } from './live-state.ts';

describe('deal status', () => {
  const deal = { startsAt: 1_000, endsAt: 2_000 };
  it.each([
    [0, 'scheduled'],
    [999, 'scheduled'],
    [1_000, 'open'],
    [1_999, 'open'],
    [2_000, 'over'],
    [9_000, 'over'],
  ])('at %d it is %s', (now, status) => {
    expect(dealStatus(deal, now)).toBe(status);
  });

  it('a deal closed before it began is over, not open', () => {
    expect(dealStatus({ startsAt: 1_000, endsAt: 500 }, 1_000)).toBe('over');
  });
});

describe('next change of deals', () => {
  const deals = [
    { startsAt: 1_000, endsAt: 2_000 },
    { startsAt: 1_500, endsAt: 1_700 },
  ];
  it.each([
    [0, 1_000],
    [1_000, 1_500],
    [1_500, 1_700],
    [1_700, 2_000],
    [2_000, Number.POSITIVE_INFINITY],
  ])('after %d comes %d', (now, next) => {
    expect(nextDealChange(deals, now)).toBe(next);
  });
});

describe('deal clock', () => {
  function setUp() {
    const state = createLiveState();
    state.deals.set('dea_1', new Deal({ id: 'dea_1', startsAt: 1_000, endsAt: 2_000 }));
    let now = 0;
    const clock = createDealClock(state, { now: () => now });
    const statusAt = (time: number) => {
      now = time;
      clock.tick();
      return state.deals.get('dea_1')?.status;
    };
    return { state, clock, statusAt };
  }

  it('switches a deal on and off at its times', () => {
    const { statusAt } = setUp();
    expect([500, 1_000, 1_500, 2_000].map(statusAt)).toEqual(['scheduled', 'open', 'open', 'over']);
  });

  it('follows a deal that was closed early, once it is told to look again', () => {
    const { state, clock, statusAt } = setUp();
    expect(statusAt(1_200)).toBe('open');
    state.deals.get('dea_1')?.assign({ endsAt: 1_300 });
    clock.reset();
    expect(statusAt(1_300)).toBe('over');
  });

  it('sees a deal that was added behind its back only after a reset', () => {
    const { state, clock, statusAt } = setUp();
    statusAt(500);
    state.deals.set('dea_2', new Deal({ id: 'dea_2', startsAt: 0, endsAt: 9_000 }));
    clock.reset();
    statusAt(501);
    expect(state.deals.get('dea_2')?.status).toBe('open');
  });
});
