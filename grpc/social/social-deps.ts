import type { Sealer } from '../../common/seal.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { FixedLimit } from '../limits/index.ts';
import type { Notifications } from '../notifications/index.ts';
import type { Sessions } from '../sessions/index.ts';
import type { Users } from '../users/index.ts';
import type { SocialProviderName } from './entities.ts';
import type { SocialProvider } from './providers/provider.ts';

/** What the use cases of this domain are made of. */
export interface SocialDeps extends DomainDeps {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly notifications: Pick<Notifications, 'queueMailsIn'>;
  /** Undefined for one that is not set up. */
  readonly providers: Readonly<Record<SocialProviderName, SocialProvider | undefined>>;
  readonly redirectUris: readonly string[];
  /** Keeps ids of providers in jobs unreadable. */
  readonly sealer: Sealer;
  readonly limits: {
    readonly begins: FixedLimit;
    readonly signUps: FixedLimit;
  };
}
