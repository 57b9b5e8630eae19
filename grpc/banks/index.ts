import type { Actor, UserActor } from '../../common/auth/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import {
  type BankAccount,
  type BanksDeps,
  getBankAccount,
  type SetBankAccountInput,
  setBankAccount,
  verifyBankAccounts,
} from './bank-accounts.ts';
import { createHolderInquiry } from './holder-inquiry.ts';
import { createBanksPersonalData } from './personal-data.ts';

export { banksEntities } from './entities.ts';
export { createBanksService } from './service.ts';

/** Bank accounts. What each use case guarantees and refuses stands where it is written. */
export interface Banks {
  setBankAccount(actor: UserActor, input: SetBankAccountInput): Promise<BankAccount>;
  getBankAccount(
    actor: Actor,
    input: { readonly userId: string; readonly reason: string },
  ): Promise<BankAccount>;
  verifyBankAccounts(userIds: readonly string[]): Promise<string[]>;
  readonly personalData: PersonalData;
}

export function createBanks(
  domainDeps: DomainDeps,
  neighbours: Pick<BanksDeps, 'users' | 'notifications'>,
): Banks {
  const inquire = createHolderInquiry(domainDeps.config, domainDeps.log);
  const deps: BanksDeps = { ...domainDeps, ...neighbours, inquire };
  return {
    setBankAccount: (actor, input) => setBankAccount(deps, actor, input),
    getBankAccount: (actor, input) => getBankAccount(deps, actor, input),
    verifyBankAccounts: (userIds) => verifyBankAccounts(deps, userIds),
    personalData: createBanksPersonalData(deps),
  };
}
