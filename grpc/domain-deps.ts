import type { Clock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Pulse } from '../common/pulse/index.ts';
import type { Database } from './db/index.ts';
import type { Vault } from './vault/index.ts';

/** What every domain is made of. */
export interface DomainDeps {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pulse: Pulse;
  /** Seals personal data where it is stored. */
  readonly vault: Vault;
}
