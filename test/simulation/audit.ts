import { verifyBooks } from '../../grpc/audits/verify-books.ts';
import { differencesOf } from './model/compare.ts';
import { wholeScope } from './platform/evidence.ts';
import type { Simulation } from './simulation.ts';

/** Everything, compared: the model, the platform's own audit, and the jobs that must be waiting. */
export async function auditAll(simulation: Simulation): Promise<string[]> {
  const { platform, world, witness } = simulation;
  const scope = wholeScope(world);
  const evidence = await witness.look(scope);
  const { differences, pointsTotal } = await verifyBooks(platform.db.primary);
  return [
    ...differencesOf(world, evidence),
    ...(evidence.orders.length === scope.orderIds.length ? [] : ['orders are missing']),
    ...(evidence.payments.length === scope.paymentIds.length ? [] : ['payments are missing']),
    ...differences.slice(0, 5),
    ...(pointsTotal === 0 ? [] : [`all points sum up to ${pointsTotal}`]),
    ...(await strayRows(simulation)),
    ...(await missingJobs(simulation)),
    ...(await wrongBalances(simulation)),
  ];
}

/** Nothing exists that nobody was told of. */
async function strayRows({ platform, world }: Simulation): Promise<string[]> {
  const shelves = { orders: world.orders, payments: world.payments, deals: world.deals };
  const problems: string[] = [];
  for (const [table, shelf] of Object.entries(shelves)) {
    const row = await platform.db.primary.row<{ count: number }>(
      `SELECT COUNT(*) AS count FROM ${table}`,
    );
    const known = shelf.values().length;
    if (row?.count !== known) problems.push(`${row?.count} ${table}, the model has ${known}`);
  }
  return problems;
}

/** What must go on by itself has a job that takes it on. */
async function missingJobs({ platform, world }: Simulation): Promise<string[]> {
  const jobs = await platform.db.primary.rows<{ kind: string; payload: string }>(
    `SELECT kind, payload FROM jobs WHERE state = 'live'
     AND kind IN ('orders.expire','payments.settle','payments.refund')`,
  );
  const there = new Set(jobs.map(({ kind, payload }) => `${kind} ${payload}`));
  const needed = [
    ...world.orders.values().flatMap(({ id, status }) => {
      if (status === 'awaiting_payment') return job('orders.expire', { orderId: id });
      return status === 'refunding' ? job('payments.refund', { orderId: id }) : [];
    }),
    ...world.payments.values().flatMap(({ id, status }) => {
      const isOpen = status === 'confirming' || status === 'unknown';
      return isOpen ? job('payments.settle', { paymentId: id }) : [];
    }),
  ];
  return needed
    .filter((text) => !there.has(text))
    .map((text) => `no job ${text}`)
    .slice(0, 5);
}

function job(kind: string, payload: object): string {
  return `${kind} ${JSON.stringify(payload)}`;
}

async function wrongBalances({ platform, world }: Simulation): Promise<string[]> {
  const now = platform.clock.now();
  const problems: string[] = [];
  for (const { userId } of platform.people.buyers) {
    const { available, held } = await platform.processes[0].context.points.balanceOf(userId);
    const lots = world.lots.values().filter((lot) => lot.userId === userId && lot.expiresAt > now);
    const expected = lots.reduce((sum, lot) => sum + lot.remaining, 0);
    const pending = world.accounts.get(userId)?.pendingOut ?? 0;
    if (available !== expected || held !== pending) {
      problems.push(
        `${userId} sees ${available} and ${held}, should be ${expected} and ${pending}`,
      );
    }
  }
  return problems;
}
