import { z } from 'zod';
import {
  ApplicationStatus,
  CheckVerdict,
  SalesGrouping,
} from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, requestId, text, timestamp } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { readPhone } from '../users/index.ts';
import { applicationStatuses } from './application-state.ts';
import { readBusinessNumber, readMailOrderNumber } from './business-number.ts';
import { dayOf, daysBetween } from './seoul-days.ts';
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
  documentFileIds: z
    .array(idOf('fil'))
    .max(10)
    .refine((ids) => new Set(ids).size === ids.length, 'must name each file once'),
  details: z.object({
    representative: text(1, 60),
    openedOn: z.iso
      .date()
      .refine((day) => day >= '1900-01-01' && day <= dayOf(Date.now()), 'must be a day past'),
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

export const getSellerSchema = z.object({ sellerId: idOf('usr') });

export const updateProfileSchema = z.object({
  requestId,
  name: text(1, 40),
  introduction: text(0, 1_000),
  version: z.number().int().min(0),
});
export type UpdateProfileInput = z.output<typeof updateProfileSchema>;

const groupingCodec = createEnumCodec(SalesGrouping, ['day', 'product', 'broadcast']);

/** Days in one report. */
const maxDays = 366;

export const getSalesSchema = z
  .object({
    sellerId: idOf('usr'),
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(SalesGrouping).transform((value) => groupingCodec.fromProto(value) ?? 'day'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not come before from' })
  .refine(({ from, to }) => daysBetween(from, to).length <= maxDays, {
    path: ['to'],
    message: `must be at most ${maxDays} days from the first`,
  });
