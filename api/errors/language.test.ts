import { preferredLanguage } from './language.ts';

test.each([
  [undefined, 'ko'],
  ['', 'ko'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en;q=0.5, ko;q=0.7', 'ko'],
  ['fr, en;q=0.3', 'en'],
  ['fr, de', 'ko'],
  ['en;q=0', 'ko'],
  ['*', 'ko'],
  ['english', 'ko'],
  [';;;,,q=', 'ko'],
])('Accept-Language %p is spoken to in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
