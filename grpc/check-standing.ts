import type { UserActor } from '../common/auth/index.ts';
import { createCoalescer } from '../common/coalesce.ts';
import { DomainError } from '../common/errors/index.ts';
import type { DomainDeps } from './domain-deps.ts';
import type { CheckStanding } from './middleware/identify.ts';
import { rolesWith, type Sessions } from './sessions/index.ts';
import type { Users } from './users/index.ts';

/** Most accounts read at once. */
const maxBatch = 500;

const nobody: ReadonlySet<string> = new Set();

/**
 * Looks at the account and the session of a person as they are now, and answers the person with
 * the roles of now. Calls that come while a read is under way share the next one.
 */
export function createStandingCheck(
  { config }: DomainDeps,
  users: Users,
  sessions: Sessions,
): CheckStanding {
  const checks = createCoalescer<UserActor, UserActor>({
    name: 'checks of accounts',
    maxBatch,
    maxQueue: config.QUEUE_LIMIT,
    async run(actors) {
      const [standings, ended, proven] = await Promise.all([
        users.standingsOf(actors.map(({ userId }) => userId)),
        sessions.endedAmong(actors.map(({ sessionId }) => sessionId)),
        config.ADMIN_TOTP_REQUIRED
          ? sessions.withSecondFactorAmong(actors.map(({ sessionId }) => sessionId))
          : nobody,
      ]);
      return Promise.allSettled(
        actors.map(async (actor) => {
          const standing = standings.get(actor.userId);
          if (standing === undefined) throw new DomainError('UNAUTHENTICATED', 'no such account');
          if (standing.suspended) {
            throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
          }
          if (ended.has(actor.sessionId)) {
            throw new DomainError('SESSION_REVOKED', 'the session has ended');
          }
          const roles = rolesWith({ config }, standing.roles, proven.has(actor.sessionId));
          return { ...actor, roles };
        }),
      );
    },
  });
  return (actor) => checks.submit(actor);
}
