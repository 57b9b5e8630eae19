import { maskEmail, maskPhone } from './mask.ts';

it.each([
  ['anna@example.com', 'an***@example.com'],
  ['ab@example.com', 'a***@example.com'],
  ['a@example.com', '***@example.com'],
  ['none', '***'],
  ['', ''],
])('%s is shown to others as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});

it.each([
  ['+821012345678', '010-****-5678'],
  ['+82111234567', '011-****-4567'],
  ['+82212345678', '02-****-5678'],
  ['+82311234567', '031-****-4567'],
  ['+12025550123', '***0123'],
  ['', ''],
])('%s is shown to others as %s', (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked);
});
