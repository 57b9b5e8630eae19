import fc from 'fast-check';
import { csvLine } from './csv.ts';

/** One record as RFC 4180 reads it; fails where it is not one. */
function parse(line: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const [all, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?=,|\r\n$)/.exec(rest) ?? [];
    if (all === undefined) throw new Error(`not a record: ${rest}`);
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    rest = rest.slice(all.length);
    if (rest === '\r\n') return cells;
    rest = rest.slice(1);
  }
}

const formulaMarks = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

test('commas, quotes and line breaks stay within their cell', () => {
  const cells = ['쉼표, 둘', '그가 "안녕"이라고', '줄\r\n바꿈', '', '한글 🧺'];
  expect(parse(csvLine([1, ...cells]))).toEqual(['1', ...cells]);
  expect(csvLine([1, '가"나'])).toBe('1,"가""나"\r\n');
});

test.each([
  '=1+1',
  '+82-10-1234-5678',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1',
  '\n=1',
  ' =1+1',
  '\u200b=1+1',
  '\ufeff=1',
  '＝1＋1',
  '＠SUM(A1)',
  '=cmd|" /C calc"!A0',
  '"=1"',
])('%j is shown and not run', (text) => {
  const [cell = ''] = parse(csvLine([text]));
  expect(cell.replace(/^'/, '')).toBe(text);
  expect(formulaMarks.some((mark) => cell.trimStart().startsWith(mark))).toBe(false);
});

test('whatever is written is one record that reads back, and no cell of it begins a formula', () => {
  const text = fc
    .tuple(fc.constantFrom('', ' ', '"', ',', ...formulaMarks), fc.string({ unit: 'binary' }))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (texts) => {
      const cells = parse(csvLine(texts));
      expect(cells.map((cell, i) => cell === texts[i] || cell === `'${texts[i]}`)).not.toContain(
        false,
      );
      for (const cell of cells) expect(formulaMarks).not.toContain(cell[0]);
    }),
  );
});
