import { createStandingCheck } from './check-standing.ts';
import type { DomainDeps } from './domain-deps.ts';
import { createFiles, type Files } from './files/index.ts';
import { createLimits, type Limits } from './limits/index.ts';
import type { CheckStanding } from './middleware/identify.ts';
import { createNotifications, type Notifications } from './notifications/index.ts';
import {
  createSessions,
  dropFactor,
  endSessionsOf,
  loggedInAt,
  type Sessions,
} from './sessions/index.ts';
import { createSocial, dropSocialLinksOf, type Social } from './social/index.ts';
import { createUsers, type Users } from './users/index.ts';

/** Accounts and all that hangs on them. */
export interface Accounts {
  readonly limits: Limits;
  readonly notifications: Notifications;
  readonly files: Files;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly social: Social;
  /** For calls that are sensitive; those that come together share one read. */
  readonly checkStanding: CheckStanding;
  close(): void;
}

/**
 * Wires accounts. Sessions stand above users, whose suspension ends them; so users are handed the
 * function that does, and the one that tells when someone logged in.
 */
export function createAccounts(deps: DomainDeps): Accounts {
  const limits = createLimits(deps.config, deps.log);
  const notifications = createNotifications(deps);
  const files = createFiles(deps, limits);
  const users = createUsers(deps, {
    limits,
    notifications,
    files,
    endSessionsIn: (tx, userId, because, now, keptSessionId) =>
      endSessionsOf(deps, tx, userId, because, now, keptSessionId),
    loggedInAt,
    async dropProofsIn(tx, userId) {
      await dropSocialLinksOf(tx, userId);
      await dropFactor(tx, userId);
    },
  });
  const sessions = createSessions(deps, users, limits);
  const social = createSocial(deps, { users, sessions, notifications, limits });
  return {
    limits,
    notifications,
    files,
    users,
    sessions,
    social,
    checkStanding: createStandingCheck(deps, users, sessions),
    close() {
      notifications.close();
      files.close();
      limits.close();
    },
  };
}
