/** The demo's last line. */
export interface SaleReport {
  readonly demo: 'sale';
  readonly viewers: number;
  readonly units: number;
  readonly sold: number;
  readonly oversold: number;
  readonly duplicates: number;
  readonly chatSent: number;
  readonly chatMissed: number;
  readonly chatRepeated: number;
  readonly orderP50Ms: number;
  readonly orderP99Ms: number;
  readonly chatP99Ms: number;
  readonly invariants: 'ok' | 'broken';
}

const labels: Readonly<Record<Exclude<keyof SaleReport, 'demo'>, string>> = {
  viewers: '시청자 viewers',
  units: '수량 units',
  sold: '판매 sold',
  oversold: '초과 판매 oversold',
  duplicates: '중복 주문 duplicates',
  chatSent: '채팅 chat messages sent',
  chatMissed: '놓친 채팅 missed',
  chatRepeated: '반복된 채팅 repeated',
  orderP50Ms: '주문 응답 order p50 (ms)',
  orderP99Ms: '주문 응답 order p99 (ms)',
  chatP99Ms: '채팅 전달 chat p99 (ms)',
  invariants: '불변식 invariants',
};

/** Prints the table for people and the line for programs. */
export function printReport(report: SaleReport, notes: readonly string[]): void {
  console.log('');
  for (const note of notes) console.log(`  ${note}`);
  console.log('');
  for (const [key, value] of Object.entries(report)) {
    if (isLabelled(key)) console.log(`  ${labels[key].padEnd(34)} ${value}`);
  }
  console.log('');
  console.log(JSON.stringify(report));
}

function isLabelled(key: string): key is keyof typeof labels {
  return Object.hasOwn(labels, key);
}

/** The value below which that share of the samples lies, rounded; 0 without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return Math.round(sorted[Math.max(0, index)] ?? 0);
}
