import { z } from 'zod';
import { ApplicationStatus, CheckVerdict } from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, requestId, text, timestamp } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { readPhone } from '../users/index.ts';
import { applicationStatuses } from './application-state.ts';
import { readBusinessNumber, readMailOrderNumber } from './business-number.ts';
import { verdicts } from './tax-service/verdict.ts';

export const statusCodec = createEnumCodec(ApplicationStatus, applicationStatuses);
export const verdictCodec = createEnumCodec(CheckVerdict, verdicts);

/** Text that a reader of its kind understands. */
const readBy = (read: (text: string) => string | undefined, message: string) =>
  z
    .string()
    .max(100)
    .transform((value, context) => {
      const found = read(value);
      if (found !== undefined) return found;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

const orNothing = (read: (text: string) => string | undefined) => (value: string) =>
  value.trim() === '' ? '' : read(value);

export const submitApplicationSchema = z.object({
  requestId,
  businessNumber: readBy(readBusinessNumber, 'must be a business registration number'),
  businessName: text(1, 100),
  mailOrderNumber: readBy(
    orNothing(readMailOrderNumber),
    'must be like 2024-서울강남-01234, or empty',
  ),
  details: z.object({
    representative: text(1, 60),
    openedOn: z.iso
      .date()
      .refine((day) => day >= '1900-01-01' && day <= seoulDay(Date.now()), 'must be a day past'),
    address: text(1, 200),
    phone: readBy(readPhone, 'must be a phone number'),
    email: z.email().max(254),
  }),
});
export type SubmitApplicationInput = z.output<typeof submitApplicationSchema>;

const applicationId = idOf('sap');
const reason = text(1, 500);

export const getApplicationSchema = z.object({ applicationId, reason: text(0, 500) });

export const listApplicationsSchema = z.object({
  status: wordFilter(ApplicationStatus, statusCodec),
  pageSize,
  pageToken: z.string(),
});

export const decideApplicationSchema = z.object({ requestId, applicationId, reason });
export type DecideApplicationInput = z.output<typeof decideApplicationSchema>;

export const applicationIdsSchema = z.object({ applicationIds: z.array(applicationId).max(500) });

export const suspendSellerSchema = z.object({
  requestId,
  sellerId: idOf('usr'),
  reason,
  until: timestamp.optional(),
});
export type SuspendSellerInput = z.output<typeof suspendSellerSchema>;

export const reinstateSellerSchema = z.object({ requestId, sellerId: idOf('usr'), reason });
export type ReinstateSellerInput = z.output<typeof reinstateSellerSchema>;

/** The day in Korea, as 2024-03-02. */
function seoulDay(epochMs: number): string {
  return new Date(epochMs + 9 * 3_600_000).toISOString().slice(0, 10);
}
