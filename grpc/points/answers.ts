import { z } from 'zod';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError, isErrorCode } from '../../common/errors/index.ts';
import {
  accepted,
  findRequests,
  type Outcome,
  type RequestRow,
  recordRequests,
  refused,
  type Tx,
  type Writer,
} from '../db/index.ts';
import type { Answer, Answers } from './decide-item.ts';
import { type LedgerItem, requestOf } from './ledger-item.ts';
import { readTransfers } from './store.ts';
import type { Transfer } from './transfer.ts';

/** The answer column of a request: what the ledger itself has is not kept twice. */
const answerColumn = z.union([
  z.object({ transferId: z.string() }),
  z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.string()) }),
]);

type StoredAnswer = z.output<typeof answerColumn>;

/** What the requests of these items were answered before, in other transactions. */
export async function loadAnswers(tx: Tx, items: readonly LedgerItem[]): Promise<Answers> {
  const rows = await findRequests(
    tx,
    items.flatMap((item) => requestOf(item) ?? []),
  );
  const stored = new Map(
    [...rows].map(([key, row]) => [key, answerColumn.parse(JSON.parse(row.answer))]),
  );
  const ids = [...stored.values()].flatMap((it) => ('transferId' in it ? it.transferId : []));
  const transfers = new Map((await readTransfers(tx, ids)).map((found) => [found.id, found]));
  const answers: Answers = new Map();
  for (const [key, { scope, requestId, inputHash }] of rows) {
    const outcome = toOutcome(stored.get(key), transfers);
    if (outcome === undefined) throw new Error(`the answer to request ${key} is lost`);
    answers.set(key, { scope, requestId, inputHash, outcome });
  }
  return answers;
}

/** Keeps answers for whoever asks again. */
export async function recordAnswers(
  tx: Writer,
  answers: readonly Answer[],
  now: EpochMs,
): Promise<void> {
  await recordRequests(
    tx,
    answers.map((answer) => toRequestRow(answer, now)),
  );
}

function toOutcome(
  stored: StoredAnswer | undefined,
  transfers: ReadonlyMap<string, Transfer>,
): Outcome<Transfer> | undefined {
  if (stored === undefined) return undefined;
  if ('transferId' in stored) {
    const transfer = transfers.get(stored.transferId);
    return transfer && accepted(transfer);
  }
  const code = isErrorCode(stored.code) ? stored.code : 'INTERNAL';
  return refused(new DomainError(code, stored.message, stored.details));
}

function toRequestRow({ outcome, ...key }: Answer, createdAt: EpochMs): RequestRow {
  return { ...key, answer: JSON.stringify(toStored(outcome)), createdAt };
}

function toStored(outcome: Outcome<Transfer>): StoredAnswer {
  if (outcome.ok) return { transferId: outcome.value.id };
  const { code, message, details } = outcome.error;
  return { code, message, details: { ...details } };
}
