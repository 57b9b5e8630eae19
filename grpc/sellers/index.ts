import type { Actor, UserActor } from '../../common/auth/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { checkApplications } from './check-applications.ts';
import { approveApplication, recheckApplication, rejectApplication } from './decide-application.ts';
import type { SellerApplicationRow } from './entities.ts';
import { type GetSalesInput, getSales, type SalesReport } from './get-sales.ts';
import { createSellersPersonalData } from './personal-data.ts';
import {
  type ReadApplicationInput,
  readApplication,
  type WholeApplication,
} from './read-application.ts';
import type {
  DecideApplicationInput,
  ReinstateSellerInput,
  SubmitApplicationInput,
  SuspendSellerInput,
  UpdateProfileInput,
} from './requests.ts';
import { getSellerPage, type SellerPage, updateProfile } from './seller-page.ts';
import type { SellersDeps, SellersNeighbours } from './sellers-deps.ts';
import { type ApplicationFilter, listApplications } from './store.ts';
import { submitApplication } from './submit-application.ts';
import { endSuspensions, reinstateSeller, suspendSeller } from './suspend-seller.ts';
import { createTaxService } from './tax-service/nts-client.ts';

export { sellersEntities } from './entities.ts';
export { createSellersService } from './service.ts';

/** Who may sell. What each use case guarantees and refuses stands where it is written. */
export interface Sellers {
  submitApplication(actor: UserActor, input: SubmitApplicationInput): Promise<string>;
  approveApplication(actor: Actor, input: DecideApplicationInput): Promise<string>;
  rejectApplication(actor: Actor, input: DecideApplicationInput): Promise<string>;
  recheckApplication(actor: Actor, input: DecideApplicationInput): Promise<string>;
  checkApplications(applicationIds: readonly string[]): Promise<string[]>;
  suspendSeller(actor: Actor, input: SuspendSellerInput): Promise<string>;
  reinstateSeller(actor: Actor, input: ReinstateSellerInput): Promise<string>;
  endSuspensions(applicationIds: readonly string[]): Promise<void>;
  readApplication(actor: Actor, input: ReadApplicationInput): Promise<WholeApplication>;
  listApplications(filter: ApplicationFilter): Promise<SellerApplicationRow[]>;
  getSellerPage(sellerId: string): Promise<SellerPage>;
  updateProfile(actor: UserActor, input: UpdateProfileInput): Promise<void>;
  getSales(actor: Actor, input: GetSalesInput): Promise<SalesReport>;
  readonly personalData: PersonalData;
}

export function createSellers(domainDeps: DomainDeps, neighbours: SellersNeighbours): Sellers {
  const { config, db, log } = domainDeps;
  const deps: SellersDeps = {
    ...domainDeps,
    ...neighbours,
    taxService: createTaxService(config, log),
  };
  return {
    submitApplication: (actor, input) => submitApplication(deps, actor, input),
    approveApplication: (actor, input) => approveApplication(deps, actor, input),
    rejectApplication: (actor, input) => rejectApplication(deps, actor, input),
    recheckApplication: (actor, input) => recheckApplication(deps, actor, input),
    checkApplications: (ids) => checkApplications(deps, ids),
    suspendSeller: (actor, input) => suspendSeller(deps, actor, input),
    reinstateSeller: (actor, input) => reinstateSeller(deps, actor, input),
    endSuspensions: (ids) => endSuspensions(deps, ids),
    readApplication: (actor, input) => readApplication(deps, actor, input),
    listApplications: (filter) => listApplications(db.primary, filter),
    getSellerPage: (sellerId) => getSellerPage(deps, sellerId),
    updateProfile: (actor, input) => updateProfile(deps, actor, input),
    getSales: (actor, input) => getSales(deps, actor, input),
    personalData: createSellersPersonalData(deps),
  };
}
