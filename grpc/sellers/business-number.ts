const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5] as const;

/**
 * The ten digits of a Korean business registration number, however they were typed; undefined when
 * it can't be one. The tenth digit checks the others: products with the weights 1 3 7 1 3 7 1 3 5
 * are summed up, of the last product its tens are added once more, and the check digit makes the
 * sum a multiple of ten.
 */
export function readBusinessNumber(text: string): string | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[\s\p{Pd}]/gu, '');
  if (!/^\d{10}$/.test(digits)) return undefined;
  const numbers = [...digits].map(Number);
  const sum = weights.reduce((total, weight, i) => total + weight * (numbers[i] ?? 0), 0);
  const tens = Math.floor((5 * (numbers[8] ?? 0)) / 10);
  return (10 - ((sum + tens) % 10)) % 10 === numbers[9] ? digits : undefined;
}

/**
 * The number of a mail-order sales report as authorities write it today (`2024-서울강남-01234`),
 * without 제 and 호 around it; undefined when it is none.
 */
export function readMailOrderNumber(text: string): string | undefined {
  const compact = text
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .replaceAll(/\p{Pd}/gu, '-');
  const bare = /^제?(.*?)호?$/.exec(compact)?.[1] ?? '';
  return /^(19|20)\d{2}-[가-힣]{2,20}-\d{1,6}$/.test(bare) ? bare : undefined;
}
