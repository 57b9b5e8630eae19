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

/** A buyer as the room sees them; one without a name is "고객". */
export function buyerName(name: string | undefined): string {
  return name === undefined ? '고객' : maskName(name);
}

/** What was bought in one line, and not too long for a chat. */
export function clipSummary(summary: string): string {
  const line = summary.trim().replace(/\s+/g, ' ');
  const letters = [...line];
  if (letters.length <= maxSummaryLength) return line;
  return `${letters.slice(0, maxSummaryLength - 1).join('')}…`;
}

/** A purchase as a text tells of it. */
export interface ToldPurchase {
  readonly userId: string;
  /** As `buyerName` made it. */
  readonly buyer: string;
  /** As `clipSummary` made it. */
  readonly summary: string;
  readonly quantity: number;
}

/**
 * One line for any number of purchases: "김*수님이 유자차 2개를 구매했어요", "김*수님 외 37명이 유자차
 * 52개를 구매했어요", or, of several goods, "... 유자차 등 52개를 ...". Named are the first buyer, and
 * what was bought in most purchases.
 */
export function purchaseText(first: ToldPurchase, ...others: readonly ToldPurchase[]): string {
  const all = [first, ...others];
  const alsoBought = new Set(all.map((purchase) => purchase.userId)).size - 1;
  const who = alsoBought === 0 ? '' : ` 외 ${alsoBought.toLocaleString('ko-KR')}명`;
  const summaries = [...Map.groupBy(all, (purchase) => purchase.summary)];
  const [most] = summaries.toSorted(([, a], [, b]) => b.length - a.length);
  const what = `${most?.[0] ?? first.summary}${summaries.length > 1 ? ' 등' : ''}`;
  const units = all.reduce((sum, purchase) => sum + purchase.quantity, 0);
  return `${first.buyer}님${who}이 ${what} ${units.toLocaleString('ko-KR')}개를 구매했어요`;
}
