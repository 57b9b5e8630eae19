import type { DomainDeps } from '../../domain-deps.ts';
import type { BroadcastLookup } from '../facts-reader.ts';
import type { NameLookup } from '../post-purchases.ts';
import type { WordLists } from '../word-lists.ts';

/** What keeping order takes. */
export interface ModerationDeps extends DomainDeps {
  readonly broadcasts: BroadcastLookup;
  readonly users: NameLookup;
  readonly words: WordLists;
}
