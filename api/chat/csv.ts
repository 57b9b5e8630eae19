/** What spreadsheets take for a formula at the beginning of a cell, also behind what is not seen. */
const formula = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/**
 * One line of CSV as RFC 4180 writes it, with its line break. Texts are quoted, numbers are not. A
 * text that a spreadsheet would run as a formula gets an apostrophe before it, so that it is shown
 * as what it is: what strangers wrote opens on the seller's own machine.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Begins a file that Korean Excel would else read in its own code page. */
export const byteOrderMark = '\uFEFF';
