import type { Random } from '../../chaos/random.ts';
import { type JobKind, jobPayloads } from '../../common/jobs.ts';
import type { Call } from './calls/call.ts';
import { expireOrders } from './calls/order-calls.ts';
import { refundOrders, settlePayments } from './calls/payment-calls.ts';
import { sweepPoints } from './calls/point-calls.ts';
import type { Recent } from './calls/recent.ts';
import type { Finished } from './errand.ts';
import type { Process } from './platform/platform.ts';

type LeasedJob = Awaited<ReturnType<Process['context']['jobs']['lease']>>[number];

/** Jobs that were taken, and the calls that do them. */
export interface Shift {
  readonly calls: readonly Call[];
  /** Reports what became of the jobs; to be called once the calls are done. */
  report(finished: readonly Finished[]): Promise<void>;
}

/** How often things go wrong with jobs. */
export interface Mischief {
  readonly random: Random;
  /** Probability that a job's end is never reported. */
  readonly forgetful: number;
  /** Probability that jobs are done twice at the same time. */
  readonly twice: number;
  /** Probability that a worker dies with the jobs that it took, before it did anything. */
  readonly deadly: number;
}

const kinds: readonly JobKind[] = [
  'orders.expire',
  'payments.settle',
  'payments.refund',
  'points.expire-lots',
  'broadcasts.announce-deals',
  'chat.purchases',
  'chat.tell-purchases',
  'polls.end',
];

const leaseMs = 20_000;

/**
 * Takes due jobs as a worker does. What rooms would hear of is ended without more ado. Undefined
 * when the worker died with what it took: its jobs come again when their lease is over.
 */
export async function takeJobs(
  process: Process,
  recent: Recent,
  { random, forgetful, twice, deadly }: Mischief,
): Promise<Shift | undefined> {
  const workerId = `worker-${process.name}`;
  const leased = await process.context.jobs.lease({ workerId, kinds, limit: 15, leaseMs });
  if (leased.length > 0 && random.chance(deadly)) {
    process.restart();
    return undefined;
  }
  const calls = callsFor(leased, recent);
  const doubled = calls.filter(() => random.chance(twice));
  return {
    calls: [...calls, ...doubled],
    async report(finished) {
      // Of the process as it is by now; it may have died meanwhile.
      const { jobs } = process.context;
      const mine = finished.filter(({ call }) => calls.includes(call));
      const open = new Set(mine.flatMap(({ told }) => (told.answer.ok ? told.answer.value : [])));
      const told = leased.filter(() => !random.chance(forgetful));
      const [failed, done] = [true, false].map((isOpen) =>
        told.filter((job) => isMoney(job) && open.has(subjectOf(job)) === isOpen),
      );
      const rest = told.filter((job) => !isMoney(job));
      await jobs.complete(
        workerId,
        [...(done ?? []), ...rest].map(({ id }) => id),
      );
      await jobs.fail(
        workerId,
        (failed ?? []).map(({ id }) => {
          return { jobId: id, error: 'not done', retryAfterMs: 1_000 * (1 + random.below(10)) };
        }),
      );
    },
  };
}

function isMoney({ kind }: LeasedJob): boolean {
  return kind === 'payments.settle' || kind === 'payments.refund';
}

function callsFor(leased: readonly LeasedJob[], { paymentsOf }: Recent): Call[] {
  const subjects = (kind: JobKind) => {
    return [...new Set(leased.filter((job) => job.kind === kind).map(subjectOf))];
  };
  const [due, open, back] = [
    subjects('orders.expire'),
    subjects('payments.settle'),
    subjects('payments.refund'),
  ];
  return [
    ...(due.length > 0 ? [expireOrders(due)] : []),
    ...(open.length > 0 ? [settlePayments(open)] : []),
    ...(back.length > 0
      ? [
          refundOrders(
            back,
            back.flatMap((orderId) => paymentsOf.get(orderId) ?? []),
          ),
        ]
      : []),
    ...(subjects('points.expire-lots').length > 0 ? [sweepPoints()] : []),
  ];
}

/** The order or payment that a job is about; empty for others. */
function subjectOf({ kind, payload }: LeasedJob): string {
  const json: unknown = JSON.parse(payload);
  if (kind === 'payments.settle') return jobPayloads[kind].parse(json).paymentId;
  if (kind === 'payments.refund') return jobPayloads[kind].parse(json).orderId;
  if (kind === 'orders.expire') return jobPayloads[kind].parse(json).orderId;
  return '';
}
