import { openDetails } from './details.ts';
import type { SellerApplicationRow } from './entities.ts';
import { moveApplication } from './move-application.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { lockApplications, readInStatus } from './store.ts';
import type { Verdict } from './tax-service/verdict.ts';

/**
 * Asks the Tax Service, outside of any transaction, about those of the applications that wait for
 * it, and records what it says; an application that was changed meanwhile is left alone. Answers
 * those that it did not answer, which are to be asked again: nothing is guessed.
 */
export async function checkApplications(
  deps: SellersDeps,
  ids: readonly string[],
): Promise<string[]> {
  const { db, taxService, vault } = deps;
  const waiting = await readInStatus(db.primary, [...new Set(ids)], 'submitted');
  const details = await openDetails(vault, waiting);
  const verdicts = await taxService.check(
    waiting.flatMap(({ businessNumber: number }, i) => {
      const described = details[i];
      return described === undefined ? [] : [{ number, ...described }];
    }),
  );
  const answered = new Map(
    waiting.flatMap((row, i): [string, Answered][] => {
      const verdict = verdicts[i];
      return verdict === undefined ? [] : [[row.id, { row, verdict }]];
    }),
  );
  await record(deps, answered);
  return waiting.map(({ id }) => id).filter((id) => !answered.has(id));
}

interface Answered {
  readonly row: SellerApplicationRow;
  readonly verdict: Verdict;
}

async function record(
  { db, clock }: SellersDeps,
  answered: ReadonlyMap<string, Answered>,
): Promise<void> {
  if (answered.size === 0) return;
  await db.transaction(async (tx) => {
    const now = clock.now();
    for (const row of await lockApplications(tx, [...answered.keys()])) {
      const answer = answered.get(row.id);
      if (answer === undefined || answer.row.version !== row.version) continue;
      await moveApplication(tx, row, {
        to: 'checking',
        by: 'tax_service',
        actor: 'system',
        reason: answer.verdict,
        now,
        change: { reason: '', verdict: answer.verdict, checkedAt: now },
      });
    }
  });
}
