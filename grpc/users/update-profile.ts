import type { UserActor } from '../../common/auth/index.ts';
import type { Language } from '../../common/errors/index.ts';
import { onceForUser } from './once-for-user.ts';
import { setProfile } from './profile-store.ts';
import { lockUser, readUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** What to change of one's own account; what is undefined stays. */
export interface UpdateProfileInput {
  readonly requestId: string;
  readonly name?: string | undefined;
  /** E.164; empty to remove it. */
  readonly phone?: string | undefined;
  readonly language?: Language | undefined;
}

/**
 * Changes name, phone number and language. Idempotent by `requestId`.
 * @throws RequestIdReused when the id was used with other input
 */
export function updateProfile(
  deps: UsersDeps,
  { userId }: UserActor,
  { requestId, name, phone, language }: UpdateProfileInput,
): Promise<User> {
  const { db, clock } = deps;
  const input = { name, phone, language };
  const key = { action: 'users.updateProfile', by: userId, requestId, input };
  return db.transaction((tx) =>
    onceForUser(deps, tx, key, clock.now(), async () => {
      await lockUser(tx, userId);
      const before = await readUser(deps, tx, userId);
      await setProfile(deps, tx, userId, {
        name: name ?? before.name,
        phone: phone ?? before.phone,
        language: language ?? before.language,
      });
      return userId;
    }),
  );
}
