import { z } from 'zod';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import type { ClientInfo } from './client-info.ts';

/** Longest secret looked at, in UTF-16 units; longer ones can't be ours. */
const maxSecretLength = 1_024;

/** From where; what is too long or no address is cut rather than refused. */
export const client = z
  .object({ address: z.string(), userAgent: z.string() })
  .optional()
  .transform((given): ClientInfo => {
    const address = given?.address ?? '';
    const userAgent = (given?.userAgent ?? '').toWellFormed().slice(0, 200).toWellFormed();
    return { address: /^[\da-f.:]{2,45}$/i.test(address) ? address : '', userAgent };
  });

/** A malformed e-mail is an unknown one: answered as such, not as a mistake in the request. */
export const logInRequest = z.object({
  email: z.string().max(maxSecretLength),
  password: z.string().max(maxSecretLength),
  client,
});

const code = z.string().min(1).max(100);

export const logInWithCodeRequest = z.object({
  challenge: z.string().min(1).max(200),
  code,
  client,
});

export const beginTotpRequest = z.object({ password: z.string().max(maxSecretLength) });

export const totpCodeRequest = z.object({ code });

const refreshToken = z.string().min(1).max(maxSecretLength);

export const refreshSessionRequest = z.object({ refreshToken, client });

export const logOutRequest = z.object({ refreshToken });

export const logOutEverywhereRequest = z.object({ userId: idOf('usr') });

export const listSessionsRequest = z.object({
  userId: idOf('usr'),
  pageSize,
  pageToken: z.string(),
});

export const revokeSessionRequest = z.object({ sessionId: idOf('ses') });

export const listEndedRequest = z.object({ since: z.date().optional() });

export const rotateSigningKeyRequest = z.object({ requestId, reason: text(1, 500) });

export const listLoginAttemptsRequest = z.object({
  userId: z.union([z.literal(''), idOf('usr')]),
  address: z.string().max(45),
  reason: text(0, 500),
  pageSize,
  pageToken: z.string(),
});

export const pruneRequest = z.object({ limit: z.number().int().min(1).max(10_000) });
