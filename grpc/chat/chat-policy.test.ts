import { newId } from '../../common/ids.ts';
import { type BroadcastFacts, cleanText, type NewMessage, refuseMessage } from './chat-policy.ts';

const seller = newId('usr');
const viewer = newId('usr');
const live: BroadcastFacts = { sellerId: seller, status: 'live' };

function message(fields: Partial<NewMessage> = {}): NewMessage {
  return {
    broadcastId: newId('brc'),
    userId: viewer,
    clientId: 'c1',
    kind: 'normal',
    name: '민수',
    text: '안녕하세요',
    ...fields,
  };
}

describe('refuseMessage', () => {
  it.each([
    ['a viewer speaks', message(), live, undefined],
    ['the seller speaks', message({ userId: seller }), live, undefined],
    ['the seller announces', message({ userId: seller, kind: 'notice' }), live, undefined],
    ['a viewer announces', message({ kind: 'notice' }), live, 'PERMISSION_DENIED'],
    ['there is no broadcast', message(), undefined, 'NOT_FOUND'],
    ['it has not begun', message(), { ...live, status: 'scheduled' }, 'BROADCAST_NOT_LIVE'],
    ['it is over', message(), { ...live, status: 'ended' }, 'BROADCAST_NOT_LIVE'],
    [
      'the seller announces after the end',
      message({ userId: seller, kind: 'notice' }),
      { ...live, status: 'ended' },
      'BROADCAST_NOT_LIVE',
    ],
  ] as const)('%s', (_case, said, broadcast, code) => {
    expect(refuseMessage(said, broadcast)?.code).toBe(code);
  });
});

describe('cleanText', () => {
  it.each([
    ['as it is', '이거 얼마예요?', '이거 얼마예요?'],
    ['trimmed', '  \u3000네 \n', '네'],
    ['composed', '\u1112\u1161\u11ab\u1100\u1173\u11af', '한글'],
    ['one letter', 'ㅋ', 'ㅋ'],
    ['emoji', '👍', '👍'],
    ['an emoji joined by zero width', '👩‍👧', '👩‍👧'],
    ['zero width among letters', 'a\u200bb', 'a\u200bb'],
    ['200 of two UTF-16 units each', '🎉'.repeat(200), '🎉'.repeat(200)],
    ['201 that compose to fewer', 'e\u0301'.repeat(150), 'é'.repeat(150)],
  ])('takes text %s', (_case, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  it.each([
    ['nothing', ''],
    ['spaces', ' \t\n\u3000'],
    ['zero width alone', '\u200b\u200d\ufeff\u2060'],
    ['Hangul fillers alone', '\u3164\u115f\uffa0'],
    ['a braille blank', '\u2800'],
    ['a lone combining mark', '\u0301'],
    ['a line break', '한 줄\n두 줄'],
    ['a line separator', '한 줄\u2028두 줄'],
    ['a bell', 'a\u0007b'],
    ['a null', 'a\u0000b'],
    ['a C1 control', 'a\u0085b'],
    ['a turned direction', '\u202e하세요'],
    ['201 letters', '가'.repeat(201)],
  ])('refuses %s', (_case, text) => {
    expect(() => cleanText(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
