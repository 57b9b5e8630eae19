import type { UserActor } from '../../common/auth/index.ts';
import { DomainError, InvalidState } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, once, type Tx } from '../db/index.ts';
import { sealDetails } from './details.ts';
import { replaceDocuments } from './documents.ts';
import type { SellerApplicationRow } from './entities.ts';
import { moveApplication, noteStep } from './move-application.ts';
import type { SubmitApplicationInput } from './requests.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { findApplication, isClaimedByOther } from './store.ts';

/**
 * Applies, or applies again after a rejection; a job asks the Tax Service afterwards. A business
 * number is one account's from here until its application is rejected; of simultaneous ones the
 * unique key decides. Answers the application's id. Idempotent by `requestId`.
 * @throws InvalidState when one is under way or was approved; DomainError BUSINESS_NUMBER_TAKEN, or
 *   what files refuse of documents; RequestIdReused
 */
export function submitApplication(
  deps: SellersDeps,
  actor: UserActor,
  { requestId, ...input }: SubmitApplicationInput,
): Promise<string> {
  const { userId } = actor;
  const key = { action: 'sellers.submitApplication', by: userId, requestId, input };
  return deps.db.transaction((tx) => {
    const now = deps.clock.now();
    return once(tx, key, now, async () => {
      const before = await findApplication(tx, { userId }, tx.dialect.forUpdate);
      const id = before?.id ?? newId('sap');
      const content = contentOf(deps, id, input, now);
      if (before === undefined) await insert(tx, id, userId, content);
      else await again(tx, before, content);
      await replaceDocuments(deps, tx, { id, userId }, input.documentFileIds);
      await insertJobs(tx, [jobOf('sellers.check', { applicationId: id }, now)], now);
      return id;
    });
  });
}

type Content = ReturnType<typeof contentOf>;

function contentOf(
  { vault }: SellersDeps,
  id: string,
  {
    details,
    businessNumber,
    businessName,
    mailOrderNumber,
  }: Omit<SubmitApplicationInput, 'requestId'>,
  now: number,
) {
  return {
    businessNumber,
    claimedNumber: businessNumber,
    businessName,
    mailOrderNumber,
    sealedDetails: sealDetails(vault, id, details),
    verdict: null,
    checkedAt: null,
    submittedAt: now,
  };
}

async function insert(tx: Tx, id: string, userId: string, content: Content): Promise<void> {
  const row: SellerApplicationRow = {
    id,
    userId,
    status: 'submitted',
    ...content,
    reason: '',
    suspendedUntil: null,
    changedAt: content.submittedAt,
    version: 1,
  };
  if ((await tx.insertNew('seller_applications', [{ ...row }])) === 0) {
    await requireUnclaimed(tx, content.businessNumber, userId);
    throw new InvalidState('seller application', 'submitted', 'there is an application already');
  }
  await noteStep(tx, row, null, userId);
}

async function again(tx: Tx, before: SellerApplicationRow, change: Content): Promise<void> {
  const { userId } = before;
  if (before.status === 'rejected') await requireUnclaimed(tx, change.businessNumber, userId);
  const move = { to: 'submitted', by: 'applicant', actor: userId, reason: '' } as const;
  await moveApplication(tx, before, { ...move, now: change.submittedAt, change });
}

async function requireUnclaimed(tx: Tx, number: string, userId: string): Promise<void> {
  if (!(await isClaimedByOther(tx, number, userId))) return;
  throw new DomainError('BUSINESS_NUMBER_TAKEN', 'another account has this business number');
}
