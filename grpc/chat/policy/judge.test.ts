import { type Circumstances, judgeMessage } from './judge-message.ts';
import { advancePace, advanceRoomPace, noPace, type Pace, refuseFlood } from './pace.ts';
import { readText } from './reading.ts';
import { gistOf } from './sameness.ts';
import { type ChatSettings, defaultSettings } from './settings.ts';
import { createWordMatcher } from './word-matcher.ts';

const now = 1_700_000_000_500;
const none = createWordMatcher([]);
const banned = (word: string, action: 'refuse' | 'hold' = 'refuse') =>
  createWordMatcher([{ word, action }]);
const viewer: Circumstances = {
  now,
  settings: defaultSettings,
  waits: true,
  role: 'viewer',
  bannedUntil: 0,
  mutedUntil: 0,
  follows: false,
  operatorWords: none,
  sellerWords: none,
  pace: noPace,
  room: { second: 0, count: 0 },
};
const set = (change: Partial<ChatSettings>) => ({ settings: { ...defaultSettings, ...change } });

function saidBefore(...texts: readonly string[]): Pace {
  return texts.reduce<Pace>(
    (pace, text) => advancePace(defaultSettings, pace, gistOf(text), now - 2_000),
    noPace,
  );
}

function outcomeOf(text: string, more: Partial<Circumstances>): string {
  const verdict = judgeMessage(readText(text), { ...viewer, ...more });
  if (verdict.kind === 'refuse') return verdict.error.code;
  return verdict.kind === 'hold' ? `held: ${verdict.reason}` : 'said';
}

const same = '이 가방 정말 예쁘네요';
const fullFlood = { ...noPace, floodAt: now + 10_000 };
const fullRoom = { second: Math.floor(now / 1_000), count: 1_000 };

describe('a viewer', () => {
  it.each<[string, string, Partial<Circumstances>, string]>([
    ['speaks', '안녕하세요', {}, 'said'],
    ['is banned', '안녕', { bannedUntil: now + 1 }, 'CHAT_BANNED'],
    ['was banned', '안녕', { bannedUntil: now }, 'said'],
    ['is muted', '안녕', { mutedUntil: now + 1 }, 'CHAT_MUTED'],
    ['was muted', '안녕', { mutedUntil: now }, 'said'],
    ['meets a freeze', '안녕', set({ mode: 'frozen' }), 'CHAT_FROZEN'],
    ['does not follow', '안녕', set({ mode: 'followers' }), 'CHAT_FOLLOWERS_ONLY'],
    ['follows', '안녕', { ...set({ mode: 'followers' }), follows: true }, 'said'],
    ['says a word of the operator', '시.발', { operatorWords: banned('시발') }, 'CHAT_BANNED_WORD'],
    ['says a word of the seller', '짝퉁', { sellerWords: banned('짝퉁') }, 'CHAT_BANNED_WORD'],
    ['says a word to hold for', '짝퉁', { sellerWords: banned('짝퉁', 'hold') }, 'held: word'],
    [
      'says a word to hold for where nothing waits',
      '짝퉁',
      { sellerWords: banned('짝퉁', 'hold'), ...set({ holdPolicy: 'nobody' }) },
      'CHAT_BANNED_WORD',
    ],
    ['sends a link', 'naver . com', {}, 'CHAT_LINK'],
    ['sends a link that waits', 'naver.com', set({ linkPolicy: 'hold' }), 'held: link'],
    [
      'sends a link where nothing waits',
      'naver.com',
      set({ linkPolicy: 'hold', holdPolicy: 'nobody' }),
      'CHAT_LINK',
    ],
    ['may send links', 'naver.com', set({ linkPolicy: 'allow' }), 'said'],
    [
      'is too soon in slow mode',
      '안녕',
      { ...set({ slowModeSeconds: 10 }), pace: { ...noPace, lastSaidAt: now - 9_999 } },
      'CHAT_SLOW_MODE',
    ],
    [
      'waited in slow mode',
      '안녕',
      { ...set({ slowModeSeconds: 10 }), pace: { ...noPace, lastSaidAt: now - 10_000 } },
      'said',
    ],
    ['floods', '안녕', { pace: fullFlood }, 'CHAT_FLOOD'],
    ['may flood', '안녕', { pace: fullFlood, ...set({ floodMessages: 0 }) }, 'said'],
    ['meets a full room', '안녕', { room: fullRoom }, 'CHAT_FLOOD'],
    ['meets a room that was full', '안녕', { room: { ...fullRoom, second: 1 } }, 'said'],
    ['says the same thrice', same, { pace: saidBefore(same, `${same}!`) }, 'said'],
    ['says the same again', same, { pace: saidBefore(same, `${same}!`, same) }, 'CHAT_REPEAT'],
    ['says nearly the same', `${same}~`, { pace: saidBefore(same, same, same) }, 'CHAT_REPEAT'],
    ['says something else', '색상은요?', { pace: saidBefore(same, same, same) }, 'said'],
    ['says "네" on and on', '네', { pace: saidBefore('네', '네', '네', '네') }, 'said'],
    [
      'may repeat',
      same,
      { pace: saidBefore(same, same, same), ...set({ repeatLimit: 0 }) },
      'said',
    ],
    ['gives a phone number', '010-1234-5678', {}, 'held: phone'],
    ['gives one where nothing waits', '010-1234-5678', set({ holdPolicy: 'nobody' }), 'said'],
    [
      'gives one elsewhere than in the chat',
      '010-1234-5678',
      { waits: false },
      'CHAT_PHONE_NUMBER',
    ],
    [
      'says a word to hold for elsewhere',
      '짝퉁',
      { waits: false, sellerWords: banned('짝퉁', 'hold') },
      'CHAT_BANNED_WORD',
    ],
    [
      'sends a link elsewhere',
      'naver.com',
      { waits: false, ...set({ linkPolicy: 'hold' }) },
      'CHAT_LINK',
    ],
    [
      'speaks elsewhere where everyone waits',
      '안녕',
      { waits: false, ...set({ holdPolicy: 'everyone' }) },
      'said',
    ],
    ['waits like everyone', '안녕', set({ holdPolicy: 'everyone' }), 'held: everyone'],
    [
      'is refused rather than held',
      '짝퉁 naver.com',
      { sellerWords: banned('짝퉁', 'hold') },
      'CHAT_LINK',
    ],
  ])('%s', (_case, text, more, outcome) => {
    expect(outcomeOf(text, more)).toBe(outcome);
  });
});

describe('the host and moderators', () => {
  const exempt: Partial<Circumstances> = {
    ...set({ mode: 'frozen', slowModeSeconds: 60, holdPolicy: 'everyone' }),
    pace: { ...saidBefore(same, same, same), floodAt: now + 10_000, lastSaidAt: now },
    sellerWords: banned('naver'),
    room: fullRoom,
  };
  it.each<[string, 'host' | 'moderator', Partial<Circumstances>, string]>([
    ['the host is exempt', 'host', exempt, 'said'],
    ['a moderator is exempt', 'moderator', exempt, 'said'],
    [
      'nobody says the operator’s words',
      'host',
      { operatorWords: banned('naver') },
      'CHAT_BANNED_WORD',
    ],
    ...(['host', 'moderator'] as const).flatMap((role) =>
      (['nobody', 'doubtful', 'everyone'] as const).map(
        (holdPolicy): [string, typeof role, Partial<Circumstances>, string] => [
          `a ${role} does not wait where ${holdPolicy} does`,
          role,
          { operatorWords: banned('naver', 'hold'), ...set({ holdPolicy }) },
          'said',
        ],
      ),
    ),
    ['a moderator can be muted', 'moderator', { mutedUntil: now + 1 }, 'CHAT_MUTED'],
    ['the host can not', 'host', { mutedUntil: now + 1, bannedUntil: now + 1 }, 'said'],
  ])('%s', (_case, role, more, outcome) => {
    expect(outcomeOf('naver.com 010-1234-5678', { role, ...more })).toBe(outcome);
  });
});

test('what someone says when they may not speak is not searched', () => {
  const words = { isEmpty: false, find: () => fail('searched') };
  const fail = (why: string): never => {
    throw new Error(why);
  };
  const searched = { operatorWords: words, sellerWords: words };
  for (const [more, outcome] of [
    [{ bannedUntil: now + 1 }, 'CHAT_BANNED'],
    [{ mutedUntil: now + 1 }, 'CHAT_MUTED'],
    [set({ mode: 'frozen' }), 'CHAT_FROZEN'],
    [set({ mode: 'followers' }), 'CHAT_FOLLOWERS_ONLY'],
    [
      { ...set({ slowModeSeconds: 10 }), pace: { ...noPace, lastSaidAt: now - 1 } },
      'CHAT_SLOW_MODE',
    ],
    [{ pace: fullFlood }, 'CHAT_FLOOD'],
    [{ room: fullRoom }, 'CHAT_FLOOD'],
    [{ pace: saidBefore(same, same, same) }, 'CHAT_REPEAT'],
  ] as const) {
    expect(outcomeOf(same, { ...searched, ...more })).toBe(outcome);
  }
  expect(() => outcomeOf(same, searched)).toThrow('searched');
});

test('a refusal says how long to wait', () => {
  const details = (more: Partial<Circumstances>) => {
    const verdict = judgeMessage(readText('안녕'), { ...viewer, ...more });
    return verdict.kind === 'refuse' ? verdict.error.details : undefined;
  };
  const slow = { ...set({ slowModeSeconds: 10 }), pace: { ...noPace, lastSaidAt: now - 2_500 } };
  expect(details(slow)).toEqual({
    slowModeSeconds: '10',
    secondsLeft: '8',
    retryAfterMs: '7500',
  });
  expect(details({ mutedUntil: now + 1_500 })).toEqual({
    until: String(now + 1_500),
    secondsLeft: '2',
    retryAfterMs: '1500',
  });
  expect(details({ mutedUntil: Number.POSITIVE_INFINITY })).toEqual({});
  expect(details({ room: fullRoom })).toEqual({ scope: 'room', retryAfterMs: '500' });
});

test('an allowance of messages is spent at once or evenly, and fills up again', () => {
  const settings = { ...defaultSettings, floodMessages: 20, floodSeconds: 5 };
  let pace = noPace;
  let said = 0;
  for (; refuseFlood(settings, pace, now) === undefined; said += 1) {
    pace = advancePace(settings, pace, '', now);
  }
  expect(said).toBe(20);
  expect(refuseFlood(settings, pace, now)?.details).toEqual({ scope: 'user', retryAfterMs: '250' });
  expect(refuseFlood(settings, pace, now + 250)).toBeUndefined();
  for (let i = 1; i <= 200; i += 1) {
    expect(refuseFlood(settings, pace, now + i * 250)).toBeUndefined();
    pace = advancePace(settings, pace, '', now + i * 250);
  }
});

test('a room counts by the second', () => {
  const once = advanceRoomPace({ second: 7, count: 3 }, 7_999);
  expect(once).toEqual({ second: 7, count: 4 });
  expect(advanceRoomPace(once, 8_000)).toEqual({ second: 8, count: 1 });
});
