import { checkPassword, normalisePassword } from './password-rules.ts';

const email = 'Hong.Gildong@Example.com';

describe('checkPassword', () => {
  it.each([
    ['8 characters', 'k3v9x2mq'],
    ['8 characters outside of the basic plane', '🐳🐙🦑🐡🦀🦞🦐🐚'],
    ['128 characters', 'xy'.repeat(64)],
    ['a sentence in Korean', '오늘은 방송이 있는 날'],
    ['a common password with something added', 'password-of-my-own'],
  ])('lets %s pass', (_what, password) => {
    expect(() => checkPassword(password, email)).not.toThrow();
  });

  it.each([
    ['7 characters', 'k3v9x2m', 'too_short'],
    ['nothing', '', 'too_short'],
    ['4 characters that JavaScript counts as 8', '🐳🐙🦑🐡', 'too_short'],
    ['the e-mail', email, 'same_as_email'],
    ['the e-mail in another spelling', ' hong.gildong@EXAMPLE.com', 'same_as_email'],
    ['a common password', 'password123', 'too_common'],
    ['a common password in capitals', 'QWERTY123', 'too_common'],
    ['a common password in full-width digits', '１２３４５６７８', 'too_common'],
  ])('refuses %s', (_what, password, reason) => {
    expect(() => checkPassword(password, email)).toThrow(
      expect.objectContaining({ code: 'WEAK_PASSWORD', details: { reason } }),
    );
  });

  it('refuses 129 characters as a mistake, not as weak', () => {
    expect(() => checkPassword('x'.repeat(129), email)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

it('takes both ways to write 가 for the same password', () => {
  expect(normalisePassword('\u1100\u1161')).toBe(normalisePassword('\uac00'));
});
