import type { Role } from '../../common/auth/index.ts';
import { once, type Tx } from '../db/index.ts';
import { readUser, type StoreDeps } from './store.ts';
import type { User } from './user.ts';

interface Answer {
  readonly userId: string;
  readonly roles: readonly Role[];
}

/**
 * `once` for a use case whose answer is an account. The kept answer names the account and its roles
 * and holds nothing personal; the rest of a repeated answer is read anew.
 * @param work does the change and answers the account's id
 * @throws RequestIdReused when the id was used with other input
 */
export async function onceForUser(
  deps: StoreDeps,
  tx: Tx,
  key: Parameters<typeof once>[1],
  now: number,
  work: () => Promise<string>,
): Promise<User> {
  const { userId, roles } = await once<Answer>(tx, key, now, async () => {
    const user = await readUser(deps, tx, await work());
    return { userId: user.id, roles: user.roles };
  });
  return { ...(await readUser(deps, tx, userId)), roles };
}
