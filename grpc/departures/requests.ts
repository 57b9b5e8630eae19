import { z } from 'zod';
import { idOf, requestId, text } from '../rpc/fields.ts';

const password = z.string().max(1_024);

export const deleteAccountRequest = z.object({ requestId, password });

export const beginExportRequest = z.object({ password });

export const readExportRequest = z.object({
  ticket: z.string().min(1).max(1_000),
  section: z.string().max(50),
  after: z.string().max(100),
});

export const eraseRestRequest = z.object({ userIds: z.array(idOf('usr')).max(500) });

export const eraseRetainedRequest = z.object({ limit: z.number().int().min(1).max(10_000) });

export const getRetainedIdentityRequest = z.object({ userId: idOf('usr'), reason: text(1, 500) });
