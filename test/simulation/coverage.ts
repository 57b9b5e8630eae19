import type { Finished } from './errand.ts';
import type { Simulation } from './simulation.ts';

/** What happens in any 10,000 steps at least so often; on average it is half as often again. */
const leastIn10_000 = {
  place: 400,
  pay: 150,
  cancel: 80,
  expire: 80,
  settle: 60,
  refund: 30,
  adjust: 200,
  'open deal': 60,
  'close deal': 30,
  'sweep lots': 100,
  die: 100,
  'die with jobs': 10,
} as const;

/** Something that a life of the platform has to see. */
export type Deed = keyof typeof leastIn10_000;

/** Runs that are shorter may miss anything. */
const shortRun = 1_000;

/** Counts what was done, each thing once: no refusals, and no repeats of an answer. */
export interface Coverage {
  add(finished: readonly Finished[]): void;
  count(deed: Deed): void;
  counts(simulation: Simulation): Readonly<Record<Deed, number>>;
}

export function createCoverage(): Coverage {
  const labels: Record<string, Set<string>> = {};
  const counted: Partial<Record<Deed, number>> = {};

  function note(deed: string, ids: readonly string[]): void {
    labels[deed] ??= new Set();
    for (const id of ids) labels[deed].add(id);
  }

  return {
    add(finished) {
      for (const { call, told } of finished) {
        const { answer } = told;
        if (!answer.ok) continue;
        const word = call.label.split(' ')[0] ?? '';
        const { orderIds = [], paymentIds = [] } = call.names(answer);
        const listed: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [];
        if (word === 'settle') note(word, without(paymentIds, listed));
        else if (word === 'refund') note(word, without(orderIds, listed));
        else if (word === 'expire') note(word, listed.map(String));
        else if (word === 'sweep') counted['sweep lots'] = sum(counted['sweep lots'], answer.value);
        else note(word, [call.label]);
      }
    },
    count(deed) {
      counted[deed] = sum(counted[deed], 1);
    },
    counts({ world }) {
      const of = (word: string) => labels[word]?.size ?? 0;
      const captured = world.payments
        .values()
        .filter(({ status }) => ['captured', 'refunding', 'refunded'].includes(status));
      return {
        place: world.orders.values().length,
        pay: captured.length,
        cancel: of('cancel'),
        expire: of('expire'),
        settle: of('settle'),
        refund: of('refund'),
        adjust: of('adjust'),
        'open deal': world.deals.values().length,
        'close deal': of('close'),
        'sweep lots': counted['sweep lots'] ?? 0,
        die: counted.die ?? 0,
        'die with jobs': counted['die with jobs'] ?? 0,
      };
    },
  };
}

/** What happened too seldom in so many steps for the run to prove anything. */
export function shortfalls(steps: number, counts: Readonly<Record<Deed, number>>): string[] {
  if (steps < shortRun) return [];
  return Object.entries(counts).flatMap(([deed, count]) => {
    const least = Math.floor((leastOf(deed) * steps) / 10_000);
    return count >= least ? [] : [`only ${count} times: ${deed}; ${least} at least were expected`];
  });
}

function leastOf(deed: string): number {
  return Object.entries(leastIn10_000).find(([name]) => name === deed)?.[1] ?? 0;
}

function without(ids: readonly string[], left: readonly unknown[]): string[] {
  return ids.filter((id) => !left.includes(id));
}

function sum(before: number | undefined, more: unknown): number {
  return (before ?? 0) + (typeof more === 'number' ? more : 0);
}
