import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import { Role } from '../../proto/gen/onair/users/v1/users.ts';

/** Of the account that services make at their start, under the default address. */
export const adminPassword = 'correct horse battery';
const adminEmail = 'admin@onair.local';

/** Milliseconds: services may be busy with what a benchmark left them. */
const patient = { deadline: 60_000 };

/** Whoever operates the platform that a benchmark started. */
export async function asAdmin(clients: ClientPool): Promise<UserActor> {
  const { sessions } = clients.as({ actor: { kind: 'anonymous' } });
  const { user } = await sessions.logIn({ email: adminEmail, password: adminPassword }, patient);
  if (user === undefined) throw new Error('the admin has no account');
  return actorOf(user.id, 'admin');
}

/** Makes an account with the role seller: services look up who changes goods and broadcasts. */
export async function hireSeller(clients: ClientPool): Promise<UserActor> {
  const admin = await asAdmin(clients);
  const name = 'seller';
  const { id: userId } = await clients.as({ actor: { kind: 'anonymous' } }).users.signUp(
    {
      requestId: newId('req'),
      email: `${newId('usr').toLowerCase()}@onair.test`,
      password: 'correct horse battery',
      name,
    },
    patient,
  );
  await clients
    .as({ actor: admin })
    .users.grantRole(
      { requestId: newId('req'), userId, role: Role.SELLER, reason: 'benchmark' },
      patient,
    );
  return actorOf(userId, 'seller');
}

function actorOf(userId: string, role: 'admin' | 'seller'): UserActor {
  return { kind: 'user', userId, sessionId: newId('ses'), name: role, roles: [role] };
}
