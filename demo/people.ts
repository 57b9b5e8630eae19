import { randomBytes } from 'node:crypto';
import { createOnairClient, type OnairClient, unwrap } from '../api/client/index.ts';
import { inParallel } from './in-parallel.ts';
import type { Instance } from './instance.ts';

/** Someone who is logged in. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly accessToken: string;
  readonly rest: OnairClient;
}

const password = 'onair demo password';
const run = randomBytes(4).toString('hex');

/** Logs in. */
export async function logIn(instance: Instance, email: string, secret: string): Promise<Person> {
  const anonymous = createOnairClient({ baseUrl: instance.apiUrl });
  const tokens = await unwrap(
    anonymous.POST('/v1/sessions', { body: { email, password: secret } }),
  );
  const { accessToken, user } = tokens;
  const rest = createOnairClient({ baseUrl: instance.apiUrl, accessToken: () => accessToken });
  return { userId: user.id, name: user.name, accessToken, rest };
}

/** Signs up and logs in. */
async function signUp(instance: Instance, name: string, label: string): Promise<Person> {
  const anonymous = createOnairClient({ baseUrl: instance.apiUrl });
  const email = `${label}-${run}@demo.onair.local`;
  await unwrap(anonymous.POST('/v1/users', { body: { email, password, name } }));
  return logIn(instance, email, password);
}

/** Signs `count` viewers up, a few at a time. */
export function signUpViewers(
  instance: Instance,
  count: number,
  onEach: () => void,
): Promise<Person[]> {
  return inParallel(
    Array.from({ length: count }, (_, i) => i),
    16,
    async (i) => {
      const person = await signUp(instance, `시청자${i + 1}`, `viewer-${i}`);
      onEach();
      return person;
    },
  );
}

/** Signs a seller up; the admin makes them one. */
export async function signUpSeller(instance: Instance, admin: Person): Promise<Person> {
  const { userId } = await signUp(instance, '데모 셀러', 'seller');
  await unwrap(
    admin.rest.PUT('/v1/users/{userId}/roles/{role}', {
      params: { path: { userId, role: 'seller' } },
      body: { reason: 'demo' },
    }),
  );
  // Roles are in the access token, so the seller logs in again.
  return logIn(instance, `seller-${run}@demo.onair.local`, password);
}
