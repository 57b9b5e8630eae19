import type { ChatNews } from '../../common/pulse/index.ts';
import { createBacklog } from './backlog.ts';

const said = (from: number, to: number): ChatNews[] =>
  Array.from({ length: to - from + 1 }, (_, i) => {
    return { seq: from + i, kind: 'normal', userId: 'usr_1', name: '가', text: '말', sentAt: 1 };
  });

function setUp() {
  const shown: (number | undefined)[][] = [];
  const starts: (number | undefined)[] = [];
  const backlog = createBacklog({
    show(messages, lastSeq, completeFrom) {
      shown.push([messages[0]?.seq, messages.at(-1)?.seq, lastSeq]);
      starts.push(completeFrom);
    },
  });
  backlog.add(said(1, 300), 302);
  backlog.tick();
  starts.pop();
  return { backlog, shown: shown.splice(0), later: shown, starts };
}

describe('messages on their way into the ring', () => {
  it('are all there when the room opens', () => {
    expect(setUp().shown).toEqual([[1, 300, 302]]);
  });

  it('are shown at once when they are few, with what was left out after them', () => {
    const { backlog, later } = setUp();
    backlog.add(said(303, 310), 311);
    backlog.tick();
    backlog.tick();
    expect(later).toEqual([[303, 310, 311]]);
  });

  it('are shown over several patches when they are many, without a gap', () => {
    const { backlog, later } = setUp();
    backlog.add(said(303, 450), 450);
    backlog.add(said(451, 500), 503);
    backlog.tick();
    backlog.add(said(504, 505), 505);
    for (let i = 0; i < 4; i += 1) backlog.tick();
    expect(later).toEqual([
      [303, 382, 382],
      [383, 462, 462],
      [463, 505, 505],
    ]);
  });

  it('are shown as they are when there are too many to catch up with', () => {
    const { backlog, later } = setUp();
    backlog.add(said(303, 900), 900);
    backlog.tick();
    expect(later).toEqual([[303, 900, 900]]);
  });

  it('leave what still waits to the history when later ones don’t follow it', () => {
    const { backlog, later, starts } = setUp();
    backlog.add(said(303, 450), 450);
    backlog.tick();
    backlog.add(said(2_001, 2_100), 2_100, 2_001);
    for (let i = 0; i < 3; i += 1) backlog.tick();
    expect(later).toEqual([
      [303, 382, 382],
      [2_001, 2_080, 2_080],
      [2_081, 2_100, 2_100],
    ]);
    expect(starts).toEqual([undefined, 2_001, undefined]);
  });

  it('tell of a newest message even if nothing is shown', () => {
    const { backlog, later } = setUp();
    backlog.add([], 320);
    backlog.tick();
    expect(later).toEqual([[undefined, undefined, 320]]);
  });
});
