import type { AuditsServiceImplementation } from '../../proto/gen/onair/audits/v1/audits.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { type Books, verifyBooks } from './verify-books.ts';

/** Proof that the books agree with each other. */
export interface Audits {
  verifyBooks(): Promise<Books>;
}

export function createAudits({ db }: DomainDeps): Audits {
  return { verifyBooks: () => verifyBooks(db.primary) };
}

/** AuditsService over the domain. */
export function createAuditsService(audits: Audits): AuditsServiceImplementation<CallExt> {
  return {
    async verifyBooks() {
      const { differences, pointsTotal } = await audits.verifyBooks();
      return { differences: [...differences], pointsTotal };
    },
  };
}
