import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalDataReadRow } from './entities.ts';
import { listReads, pruneReads, type ReadFilter } from './list-reads.ts';

export { privacyEntities } from './entities.ts';
export { maskEmail, maskPhone } from './mask.ts';
export { recordReadsIn } from './record-reads.ts';
export { createPrivacyService } from './service.ts';

/** Who looked at whose personal data. Domains note that themselves, by `recordReadsIn`. */
export interface Privacy {
  listReads(filter: ReadFilter): Promise<PersonalDataReadRow[]>;
  pruneReads(limit: number): Promise<number>;
}

export function createPrivacy(deps: DomainDeps): Privacy {
  return {
    listReads: (filter) => listReads(deps, filter),
    pruneReads: (limit) => pruneReads(deps, limit),
  };
}
