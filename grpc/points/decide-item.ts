import { DomainError, RequestIdReused } from '../../common/errors/index.ts';
import { accepted, hashInput, type Outcome, refused, requestMapKey } from '../db/index.ts';
import { type LedgerItem, requestOf } from './ledger-item.ts';
import type { LedgerPicture } from './ledger-picture.ts';
import { type DecisionFacts, decide } from './ledger-rules.ts';
import type { Transfer } from './transfer.ts';

/** What a request was answered. */
export interface Answer {
  readonly scope: string;
  readonly requestId: string;
  readonly inputHash: string;
  readonly outcome: Outcome<Transfer>;
}

/** Answers by requestMapKey; grows with each item that has a request of its own. */
export type Answers = Map<string, Answer>;

/**
 * Decides one item and records its entry, so that the items after it see it. A request has one
 * outcome for good, a refusal too: a late copy of a request that was refused must not move points
 * that nobody expects to move. Asked for something else it is refused with REQUEST_ID_REUSED.
 */
export function decideItem(
  picture: LedgerPicture,
  answers: Answers,
  item: LedgerItem,
  facts: DecisionFacts,
): Outcome<Transfer> {
  const request = requestOf(item);
  if (request === undefined) return decideAnew(picture, item, facts);
  const { scope, requestId } = request;
  const key = requestMapKey(request);
  const inputHash = hashInput(request.input);
  const before = answers.get(key);
  if (before === undefined) {
    const outcome = decideAnew(picture, item, facts);
    answers.set(key, { scope, requestId, inputHash, outcome });
    return outcome;
  }
  return before.inputHash === inputHash ? before.outcome : refused(new RequestIdReused(requestId));
}

function decideAnew(
  picture: LedgerPicture,
  item: LedgerItem,
  facts: DecisionFacts,
): Outcome<Transfer> {
  try {
    const entry = decide(picture, item, facts);
    picture.record(entry);
    return accepted(entry.transfer);
  } catch (error) {
    if (error instanceof DomainError) return refused(error);
    throw error;
  }
}
