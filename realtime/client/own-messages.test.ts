import { createOwnMessages } from './own-messages.ts';

const said = (seq: number) => ({
  ...{ seq, sentAt: 1_000 + seq, kind: 'normal', userId: 'usr_me', name: '나', text: `말 ${seq}` },
});

function setUp() {
  const told: unknown[] = [];
  const dealt = { upTo: 0 };
  const own = createOwnMessages({
    lastSeq: () => dealt.upTo,
    deliver: (message) => told.push(message),
    onOmitted: (range) => told.push(range),
  });
  return { own, told, dealt };
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
  });

  it('is shown when the answer comes after its number was left out, once', () => {
    const { own, told, dealt } = setUp();
    own.omitted({ fromSeq: 3, toSeq: 9 });
    dealt.upTo = 9;
    own.said(said(9));
    own.said(said(9));
    expect(told).toEqual([{ fromSeq: 3, toSeq: 9 }, said(9)]);
  });

  it('is left to the room where the room shows it', () => {
    const { own, told } = setUp();
    own.said(said(4));
    own.shown(said(4));
    own.omitted({ fromSeq: 5, toSeq: 5 });
    expect(told).toEqual([{ fromSeq: 5, toSeq: 5 }]);
  });

  it('is shown however many numbers were left out since', () => {
    const { own, told, dealt } = setUp();
    for (let seq = 1; seq <= 20_000; seq += 2) {
      own.omitted({ fromSeq: seq, toSeq: seq });
      own.shown({ seq: seq + 1, userId: 'usr_other' });
      dealt.upTo = seq + 1;
    }
    told.length = 0;
    own.said(said(7));
    expect(told).toEqual([said(7)]);
  });

  it.each(['first', 'later'])(
    'is not shown twice where the room was before the answer, the %s',
    (which) => {
      const { own, told, dealt } = setUp();
      if (which === 'later') own.said(said(1));
      for (let seq = 2; seq <= 400; seq += 1) {
        own.shown(seq === 9 ? said(seq) : { seq, userId: 'usr_other' });
        dealt.upTo = seq;
      }
      own.said(said(9));
      expect(told).toEqual([]);
    },
  );

  it('is nothing while it waits for approval', () => {
    const { own, told } = setUp();
    own.said({ held: true });
    own.omitted({ fromSeq: 1, toSeq: 2 });
    expect(told).toEqual([{ fromSeq: 1, toSeq: 2 }]);
  });
});
