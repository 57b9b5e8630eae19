import { InvalidState } from '../../common/errors/index.ts';

/** Every state of an application. */
export const applicationStatuses = [
  'submitted',
  'checking',
  'approved',
  'rejected',
  'suspended',
] as const;

/** One of {@link applicationStatuses}. */
export type ApplicationStatus = (typeof applicationStatuses)[number];

/** Who may cause a step: people, the answer of the Tax Service, or the end of a suspension. */
export type ApplicationCause = 'applicant' | 'admin' | 'tax_service' | 'clock';

/** From, to, and who may. Nothing is approved that the Tax Service has not answered about. */
export const applicationTransitions: Readonly<
  Record<
    ApplicationStatus,
    Readonly<Partial<Record<ApplicationStatus, readonly ApplicationCause[]>>>
  >
> = {
  submitted: { checking: ['tax_service'], rejected: ['admin'] },
  checking: { approved: ['admin'], rejected: ['admin'], submitted: ['admin'] },
  approved: { suspended: ['admin'] },
  rejected: { submitted: ['applicant'] },
  suspended: { approved: ['admin', 'clock'] },
};

/** @throws InvalidState when the table does not know the step, or not by this cause */
export function assertApplicationTransition(
  from: ApplicationStatus,
  to: ApplicationStatus,
  by: ApplicationCause,
): void {
  if (applicationTransitions[from][to]?.includes(by)) return;
  throw new InvalidState('seller application', from, `${from} can't become ${to} by ${by}`);
}
