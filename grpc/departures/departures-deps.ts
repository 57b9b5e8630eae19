import type { Sealer } from '../../common/seal.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { FixedLimit } from '../limits/index.ts';
import type { PersonalData } from '../personal-data.ts';
import type { Users } from '../users/index.ts';

/** What the use cases of this domain are made of. */
export interface DeparturesDeps extends DomainDeps {
  readonly users: Pick<
    Users,
    | 'confirmIdentity'
    | 'holdLeaverIn'
    | 'eraseIn'
    | 'listRetained'
    | 'forgetRetainedIn'
    | 'readRetained'
  >;
  /** What the domains hold of people, in the order in which their rows are locked. */
  readonly personalData: readonly PersonalData[];
  /** Keeps whom a copy is for unforgeable. */
  readonly sealer: Sealer;
  /** Copies of their data, by user. */
  readonly exports: FixedLimit;
}
