import { createOwnMessages } from './own-messages.ts';

const said = (seq: number) => ({
  ...{ seq, sentAt: 1_000 + seq, kind: 'normal', userId: 'usr_me', name: '나', text: `말 ${seq}` },
});

function setUp() {
  const told: unknown[] = [];
  const own = createOwnMessages({
    deliver: (message) => told.push(message),
    onOmitted: (range) => told.push(range),
  });
  return { own, told };
}

describe('what a viewer said themselves', () => {
  it('is shown in its place where others are not shown it', () => {
    const { own, told } = setUp();
    own.said(said(7));
    own.said(said(5));
    own.omitted({ fromSeq: 3, toSeq: 9 });
    expect(told).toEqual([
      { fromSeq: 3, toSeq: 4 },
      said(5),
      { fromSeq: 6, toSeq: 6 },
      said(7),
      { fromSeq: 8, toSeq: 9 },
    ]);
    expect([4, 5, 6, 7].map((seq) => own.isPrivate(seq))).toEqual([false, true, false, true]);
  });

  it('is shown when the answer comes after its number was left out, once', () => {
    const { own, told } = setUp();
    own.omitted({ fromSeq: 3, toSeq: 9 });
    own.said(said(9));
    own.said(said(9));
    expect(told).toEqual([{ fromSeq: 3, toSeq: 9 }, said(9)]);
  });

  it('is left to the room where the room shows it', () => {
    const { own, told } = setUp();
    own.said(said(4));
    own.shown(4);
    own.omitted({ fromSeq: 5, toSeq: 5 });
    expect(told).toEqual([{ fromSeq: 5, toSeq: 5 }]);
    expect(own.isPrivate(4)).toBe(false);
  });

  it('is nothing while it waits for approval', () => {
    const { own, told } = setUp();
    own.said({ held: true });
    own.omitted({ fromSeq: 1, toSeq: 2 });
    expect(told).toEqual([{ fromSeq: 1, toSeq: 2 }]);
  });
});
