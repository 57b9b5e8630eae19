import { attachment } from './attachment.ts';

/** The name that a browser saves under, by RFC 5987. */
function nameIn(header: string): string {
  const [, encoded = ''] = /filename\*=UTF-8''([!#$&+\-.^_`|~\w%]*)$/.exec(header) ?? [];
  return decodeURIComponent(encoded);
}

test('names a file in Korean, and in ASCII where Korean is not understood', () => {
  const header = attachment('채팅 머그컵 라이브', 'brc_1', 'csv');
  expect(header).toMatch(/^attachment; filename="brc_1\.csv"; filename\*=UTF-8''[%\w.]+$/);
  expect(nameIn(header)).toBe('채팅 머그컵 라이브.csv');
});

test.each([
  ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j.csv'],
  ['../../etc/passwd', '.. .. etc passwd.csv'],
  ['줄\r\n바꿈\u2028\u202e', '줄 바꿈.csv'],
  ['it\'s (100%) *새것*; x="1"', "it's (100%) 새것 ; x= 1.csv"],
  ['\u200b \t', 'plain.csv'],
  ['가'.repeat(300), `${'가'.repeat(60)}.csv`],
  ['🧺'.repeat(61), `${'🧺'.repeat(60)}.csv`],
  ['half \ud83d', 'half \ufffd.csv'],
])('%j is saved as %j', (name, saved) => {
  const header = attachment(name, 'plain', 'csv');
  expect(nameIn(header)).toBe(saved);
  expect(header).toMatch(/^[\x20-\x7e]+$/);
});
