import type { ObjectStore } from '../../common/files/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { FixedLimit } from '../limits/index.ts';

/** What the use cases of this domain are made of. */
export interface FilesDeps extends DomainDeps {
  readonly objects: ObjectStore;
  /** Uploads by account. */
  readonly uploads: FixedLimit;
}
