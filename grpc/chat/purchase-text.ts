/** Longest description of what was bought, in code points; longer ones are cut. */
const maxSummaryLength = 60;
/** Most letters of a name that are shown as stars. */
const maxStars = 5;

/**
 * A name that its owner recognises and nobody else: first and last letter, stars between; of two
 * letters the first. Letters are what people see as such, so an emoji is one.
 */
export function maskName(name: string): string {
  const letters = [...new Intl.Segmenter('ko').segment(name.trim())].map((part) => part.segment);
  const first = letters[0];
  const last = letters.at(-1);
  if (first === undefined || last === undefined || letters.length === 1) return '*';
  if (letters.length === 2) return `${first}*`;
  return `${first}${'*'.repeat(Math.min(letters.length - 2, maxStars))}${last}`;
}

/** "김*수님이 유자차 2개를 구매했어요"; a buyer without a name is "고객". */
export function purchaseText(name: string | undefined, summary: string, quantity: number): string {
  const buyer = name === undefined ? '고객' : maskName(name);
  const units = quantity.toLocaleString('ko-KR');
  return `${buyer}님이 ${clip(summary)} ${units}개를 구매했어요`;
}

/** One line, and not too long for a chat. */
function clip(summary: string): string {
  const line = summary.trim().replace(/\s+/g, ' ');
  const letters = [...line];
  if (letters.length <= maxSummaryLength) return line;
  return `${letters.slice(0, maxSummaryLength - 1).join('')}…`;
}
