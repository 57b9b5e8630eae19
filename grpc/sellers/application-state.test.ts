import {
  type ApplicationCause,
  type ApplicationStatus,
  applicationStatuses,
  assertApplicationTransition,
} from './application-state.ts';

const causes: readonly ApplicationCause[] = ['applicant', 'admin', 'tax_service', 'clock'];

const allowed: readonly [ApplicationStatus, ApplicationStatus, ApplicationCause][] = [
  ['submitted', 'checking', 'tax_service'],
  ['submitted', 'rejected', 'admin'],
  ['checking', 'approved', 'admin'],
  ['checking', 'rejected', 'admin'],
  ['checking', 'submitted', 'admin'],
  ['rejected', 'submitted', 'applicant'],
  ['approved', 'suspended', 'admin'],
  ['suspended', 'approved', 'admin'],
  ['suspended', 'approved', 'clock'],
];

const every = applicationStatuses.flatMap((from) =>
  applicationStatuses.flatMap((to) => causes.map((by) => [from, to, by] as const)),
);

it.each(every)(
  'an application that is %s becomes %s by %s only where the table says so',
  (from, to, by) => {
    const isAllowed = allowed.some(([a, b, c]) => a === from && b === to && c === by);
    const attempt = () => assertApplicationTransition(from, to, by);
    if (isAllowed) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_STATE' }));
  },
);
