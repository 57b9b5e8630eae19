import { DomainError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import { accepted, type Outcome, refused } from './batcher.ts';

/**
 * Does one of many items that are answered together, and tells what became of it; never rejects. A
 * defect is logged whole and refuses its own item as INTERNAL, so that it takes nothing from the
 * others, which may be done already.
 */
export async function outcomeOf<Result>(
  log: Logger,
  work: () => Promise<Result>,
): Promise<Outcome<Result>> {
  try {
    return accepted(await work());
  } catch (error) {
    if (error instanceof DomainError) return refused(error);
    log.error({ err: error }, 'defect in one of many');
    return refused(new DomainError('INTERNAL', 'internal error'));
  }
}
