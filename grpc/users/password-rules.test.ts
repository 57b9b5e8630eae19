import { checkPassword, normalisePassword } from './password-rules.ts';

const email = 'Hong.Gildong@Example.com';
const owner = { email, name: '홍길동' };

describe('checkPassword', () => {
  it.each([
    ['8 characters', 'k3v9x2mq'],
    ['8 characters outside of the basic plane', '🐳🐙🦑🐡🦀🦞🦐🐚'],
    ['128 characters', 'xy'.repeat(64)],
    ['a common word among others', 'welcome to my little shop'],
    ['a sentence in Korean', '오늘은 방송이 있는 날'],
    ['a common password with words added', 'password-of-my-own'],
  ])('lets %s pass', (_what, password) => {
    expect(() => checkPassword(password, owner)).not.toThrow();
  });

  it.each([
    ['7 characters', 'k3v9x2m', 'too_short'],
    ['nothing', '', 'too_short'],
    ['4 characters that JavaScript counts as 8', '🐳🐙🦑🐡', 'too_short'],
    ['the e-mail', email, 'contains_email'],
    ['the e-mail in another spelling', ' hong.gildong@EXAMPLE.com', 'contains_email'],
    ['what stands before the @', 'my-HONG.gildong-1', 'contains_email'],
    ['the name', '나는 홍길동이다!', 'contains_name'],
    ['the name with spaces in it', '나는 홍 길 동이다!', 'contains_name'],
    ['a common password', 'password123', 'too_common'],
    ['a common password in capitals', 'QWERTY123', 'too_common'],
    ['a common password with a year and a sign', 'Password2026!', 'too_common'],
    ['a common password with look-alikes', 'P@$$w0rd!', 'too_common'],
    ['a Korean word typed in English letters', 'dkssudgktpdy!1', 'too_common'],
    ['keys beside each other', 'qwer1234!', 'too_common'],
    ['one letter again and again', 'zzzzzzzzzz', 'too_common'],
    ['digits in order', '23456789', 'too_common'],
    ['a common password in full-width digits', '１２３４５６７８', 'too_common'],
  ])('refuses %s', (_what, password, reason) => {
    expect(() => checkPassword(password, owner)).toThrow(
      expect.objectContaining({ code: 'WEAK_PASSWORD', details: { reason } }),
    );
  });

  it('refuses 129 characters as a mistake, not as weak', () => {
    expect(() => checkPassword('x'.repeat(129), owner)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

it('takes both ways to write 가 for the same password', () => {
  expect(normalisePassword('\u1100\u1161')).toBe(normalisePassword('\uac00'));
});
