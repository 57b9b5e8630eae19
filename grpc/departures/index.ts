import { type Actor, serviceSecret, type UserActor } from '../../common/auth/index.ts';
import { createSealer } from '../../common/seal.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Limits } from '../limits/index.ts';
import type { PersonalData, SectionPage } from '../personal-data.ts';
import type { RetainedIdentity } from '../users/index.ts';
import { type DeleteAccountInput, deleteAccount } from './delete-account.ts';
import type { DeparturesDeps } from './departures-deps.ts';
import { eraseRest, eraseRetained, readRetained } from './erase-later.ts';
import { type BegunExport, beginExport, type ExportPageQuery, readExport } from './export-data.ts';

export { createDeparturesService } from './service.ts';

/** People who leave. What each use case guarantees and refuses stands where it is written. */
export interface Departures {
  deleteAccount(actor: UserActor, input: DeleteAccountInput): Promise<void>;
  beginExport(
    actor: UserActor,
    claim: { readonly password: string; readonly signal?: AbortSignal | undefined },
  ): Promise<BegunExport>;
  readExport(actor: UserActor, query: ExportPageQuery): Promise<SectionPage>;
  /** Answers whether nothing is left. */
  eraseRest(userId: string): Promise<boolean>;
  eraseRetained(limit: number): Promise<number>;
  readRetained(
    actor: Actor,
    input: { readonly userId: string; readonly reason: string },
  ): Promise<RetainedIdentity>;
}

/** @param personalData what the domains hold of people, in the order in which rows are locked */
export function createDepartures(
  domainDeps: DomainDeps,
  users: DeparturesDeps['users'],
  limits: Limits,
  personalData: readonly PersonalData[],
): Departures {
  const { config } = domainDeps;
  const deps: DeparturesDeps = {
    ...domainDeps,
    users,
    personalData,
    sealer: createSealer(serviceSecret(config), 'copies of data'),
    exports: limits.fixed('export', { points: config.EXPORTS_PER_DAY, seconds: 86_400 }),
  };
  return {
    deleteAccount: (actor, input) => deleteAccount(deps, actor, input),
    beginExport: (actor, claim) => beginExport(deps, actor, claim),
    readExport: (actor, query) => readExport(deps, actor, query),
    eraseRest: (userId) => eraseRest(deps, userId),
    eraseRetained: (limit) => eraseRetained(deps, limit),
    readRetained: (actor, input) => readRetained(deps, actor, input),
  };
}
