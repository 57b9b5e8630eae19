import { z } from 'zod';
import { Role } from '../../proto/gen/onair/users/v1/users.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { maxEmailLength } from './email.ts';
import { roleCodec } from './role-codec.ts';

/** Longest secret looked at, in UTF-16 units; longer ones can't be ours. */
const maxSecretLength = 1_024;

const email = z.string().trim().max(maxEmailLength).pipe(z.email());

/** Digits and what people put between them, or nothing. */
const phone = z
  .string()
  .trim()
  .regex(/^(\+?[\d ().-]{7,31})?$/, 'must be a phone number, or empty');

export const signUpRequest = z.object({
  requestId,
  email,
  // Its strength is the domain's to judge, which answers WEAK_PASSWORD.
  password: z.string().max(maxSecretLength),
  name: text(1, 40),
  phone,
});

/** A malformed e-mail is an unknown one: answered as such, not as a mistake in the request. */
export const logInRequest = z.object({
  email: z.string().max(maxSecretLength),
  password: z.string().max(maxSecretLength),
});

export const refreshTokenRequest = z.object({
  refreshToken: z.string().min(1).max(maxSecretLength),
});

export const getUserRequest = z.object({ userId: idOf('usr') });

const role = z.enum(Role).transform((value, context) => {
  const word = roleCodec.fromProto(value);
  if (word !== undefined) return word;
  context.addIssue({ code: 'custom', message: 'must be a role' });
  return z.NEVER;
});

export const changeRoleRequest = z.object({
  requestId,
  userId: idOf('usr'),
  role,
  reason: text(1, 500),
});
