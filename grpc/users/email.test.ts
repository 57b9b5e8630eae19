import { emailKeyOf, readEmail } from './email.ts';

it.each([
  ['hong@example.com', 'hong@example.com'],
  [' Hong@Example.COM\n', 'hong@example.com'],
  ['ｈｏｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'hong@example.com'],
  ['hong@한국.kr', 'hong@xn--3e0b707e.kr'],
  ['hong@XN--3E0B707E.kr', 'hong@xn--3e0b707e.kr'],
  ['h.o.n.g+live@gmail.com', 'h.o.n.g+live@gmail.com'],
  ['hong@bücher.de', 'hong@xn--bcher-kva.de'],
])('%p is %p', (text, key) => {
  expect(readEmail(text)?.key).toBe(key);
  expect(emailKeyOf(text)).toBe(key);
});

it('an address stays as it was written, but for width and space', () => {
  expect(readEmail(' Hong@한국.kr ')?.address).toBe('Hong@한국.kr');
  expect(readEmail('Ｈong@example.com')?.address).toBe('Hong@example.com');
});

it.each([
  '',
  'hong',
  '@example.com',
  'hong@',
  'hong@localhost',
  'a@b.kr,c@d.kr',
  'a b@c.kr',
  '홍@example.com',
  'hong@exa mple.com',
  'hong@[127.0.0.1]',
  'hong@127.0.0.1',
  '"hong"@example.com\r\nBcc: all@example.com',
  `${'a'.repeat(65)}@example.com`,
  `hong@${'a.'.repeat(130)}kr`,
])('%p is no address', (text) => {
  expect(readEmail(text)).toBeUndefined();
});

it('what is no address has a key that no address has', () => {
  expect(emailKeyOf('hong')).not.toContain('@');
  expect(emailKeyOf('a@b@c')).toMatch(/^none:/);
});
