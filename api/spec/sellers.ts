import { z } from 'zod';
import { BroadcastStatus } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import {
  ApplicationStatus,
  CheckVerdict,
  SalesGrouping,
} from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { broadcastPage } from './broadcasts.ts';
import {
  enumCodec,
  enumOrNull,
  present,
  presentOrNull,
  textOrNull,
  timestamp,
  timestampOrNull,
} from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';

const status = enumCodec(ApplicationStatus);

const details = z
  .object({
    representative: z.string(),
    openedOn: z.string().describe('Day on which it was opened, as 2024-03-02.'),
    address: z.string(),
    phone: z.string().describe('E.164.'),
    email: z.string(),
  })
  .meta({ id: 'BusinessDetails' });

const step = z
  .object({
    from: enumOrNull(ApplicationStatus).describe('Status before; null for the first.'),
    to: status,
    actor: z.string().describe('Who: a user id, or `system`.'),
    reason: textOrNull,
    at: timestamp,
  })
  .meta({ id: 'ApplicationStep' });

const application = z
  .object({
    id: z.string(),
    userId: z.string().describe('Who applies.'),
    status: status.describe(
      '`submitted` waits for the Tax Service, `checking` for an admin’s decision.',
    ),
    businessNumber: z.string().describe('Ten digits.'),
    businessName: z.string(),
    mailOrderNumber: textOrNull.describe('Number of the mail-order sales report.'),
    details: presentOrNull(details).describe(
      'For who applied, and for an admin who reads one with a reason; else null.',
    ),
    check: enumOrNull(CheckVerdict).describe(
      'What the National Tax Service says; null until then.',
    ),
    checkedAt: timestampOrNull,
    reason: textOrNull.describe('Of the last decision.'),
    suspendedUntil: timestampOrNull.describe('When a suspension ends by itself, if it does.'),
    submittedAt: timestamp.describe('When it was handed in last.'),
    changedAt: timestamp.describe('When it came to its status.'),
    history: z.array(step).describe('Empty in lists.'),
    documentFileIds: z
      .array(z.string())
      .describe('Files that the applicant and admins can read; empty in lists.'),
  })
  .meta({ id: 'SellerApplication', description: 'Who applies to sell, and by which business.' });

const submitBody = z
  .strictObject({
    businessNumber: text(10, 20).describe('Ten digits, with dashes or without.'),
    businessName: text(1, 100),
    mailOrderNumber: text(1, 40)
      .optional()
      .describe('As `2024-서울강남-01234`; absent for who needs no mail-order sales report.'),
    details: z
      .strictObject({
        representative: text(1, 60).describe('Name as registered.'),
        openedOn: z.iso.date().describe('Day on which it was opened, as 2024-03-02.'),
        address: text(1, 200),
        phone: text(7, 50).describe('As dialled in Korea, or with its country code.'),
        email: text(3, 254).describe('For customers.'),
      })
      .meta({ id: 'SubmitBusinessDetails' }),
    documentFileIds: z
      .array(id('fil'))
      .max(10)
      .default([])
      .describe('Files uploaded as `business_document` and found good.'),
  })
  .meta({ id: 'SubmitApplicationBody' });

const business = z
  .object({
    businessNumber: z.string(),
    businessName: z.string(),
    representative: z.string(),
    address: z.string(),
    phone: z.string().describe('E.164.'),
    email: z.string(),
    mailOrderNumber: textOrNull.describe('Number of the mail-order sales report.'),
  })
  .meta({ id: 'BusinessFacts', description: 'What the law shows of a business that sells.' });

const sellerPage = z
  .object({
    sellerId: z.string(),
    name: z.string(),
    introduction: z.string(),
    version: count.describe('Of the profile, to edit it by; 0 while there is none.'),
    followers: count,
    suspended: z.boolean().describe('Whether they may not sell for now.'),
    business: presentOrNull(business).describe(
      'Null of who was made a seller without an application.',
    ),
  })
  .meta({ id: 'SellerPage', description: 'A seller as anyone sees them.' });

const profileBody = z
  .strictObject({
    name: text(1, 40),
    introduction: text(0, 1_000),
    version: count.describe('The version that was read; 0 for the first.'),
  })
  .meta({ id: 'UpdateSellerProfileBody' });

const sales = z
  .object({
    gross: count.describe('Won that was paid.'),
    refunded: count.describe('Won of it that went back, or is going back.'),
    net: count.describe('Won that stays.'),
    orders: count.describe('Orders that were paid.'),
    refundedOrders: count,
    units: count,
    refundedUnits: count,
    buyers: count.describe('People who paid, each once.'),
  })
  .meta({ id: 'Sales' });

const salesReport = z
  .object({
    total: present(sales),
    items: z.array(
      z
        .object({
          key: z.string().describe('The day, or the id of the product or broadcast.'),
          name: textOrNull.describe('What the product or broadcast is called now.'),
          sales: present(sales),
        })
        .meta({ id: 'SalesItem' }),
    ),
  })
  .meta({ id: 'SalesReport' });

const reason = text(1, 500).describe('Why, for the audit record.');
const reasonBody = z.strictObject({ reason }).meta({ id: 'DecideApplicationBody' });
const applicationParams = idParams({ applicationId: 'sap' });
const sellerParams = idParams({ sellerId: 'usr' });
const answer = (description: string) => ({ status: 200, description, body: application }) as const;

export const sellersSpec = endpoints({
  submitSellerApplication: {
    method: 'POST',
    path: '/v1/seller-applications',
    summary: 'Apply to be a seller',
    description:
      'An account has one application; a rejected one is handed in again by this too. The business ' +
      'is checked at the National Tax Service afterwards.',
    action: 'sellers.submitApplication',
    idempotency: 'required',
    body: submitBody,
    success: { status: 201, description: 'The application.', body: application },
    refusals: [
      'INVALID_STATE',
      'BUSINESS_NUMBER_TAKEN',
      'FILE_NOT_FOUND',
      'FILE_NOT_READY',
      'FILE_WRONG_PURPOSE',
    ],
  },
  getOwnSellerApplication: {
    method: 'GET',
    path: '/v1/me/seller-application',
    summary: 'Read the own application',
    action: 'sellers.getOwnApplication',
    idempotency: 'none',
    success: answer('The application.'),
    refusals: ['NOT_FOUND'],
  },
  listSellerApplications: {
    method: 'GET',
    path: '/v1/seller-applications',
    summary: 'List applications, newest first',
    action: 'sellers.listApplications',
    idempotency: 'none',
    query: z.strictObject({ ...pageQuery, status: status.optional() }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(application).meta({ id: 'SellerApplicationPage' }),
    },
    refusals: [],
  },
  getSellerApplication: {
    method: 'GET',
    path: '/v1/seller-applications/{applicationId}',
    summary: 'Read an application with its check and its history',
    action: 'sellers.getApplication',
    idempotency: 'none',
    params: applicationParams,
    query: z.strictObject({
      reason: text(1, 500).optional().describe('Why its details are to be shown; noted.'),
    }),
    success: answer('The application.'),
    refusals: ['NOT_FOUND'],
  },
  approveSellerApplication: {
    method: 'POST',
    path: '/v1/seller-applications/{applicationId}/approve',
    summary: 'Approve an application',
    description:
      'Only of a business that the Tax Service knows as active and as described. The account gets ' +
      'the role seller, and a mail.',
    action: 'sellers.approveApplication',
    idempotency: 'optional',
    params: applicationParams,
    body: reasonBody,
    success: answer('The approved application.'),
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  rejectSellerApplication: {
    method: 'POST',
    path: '/v1/seller-applications/{applicationId}/reject',
    summary: 'Reject an application',
    description: 'The applicant gets the reason by mail, and may apply again.',
    action: 'sellers.rejectApplication',
    idempotency: 'optional',
    params: applicationParams,
    body: reasonBody,
    success: answer('The rejected application.'),
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  recheckSellerApplication: {
    method: 'POST',
    path: '/v1/seller-applications/{applicationId}/recheck',
    summary: 'Have a business checked again',
    action: 'sellers.recheckApplication',
    idempotency: 'optional',
    params: applicationParams,
    body: reasonBody,
    success: answer('The application, waiting for the Tax Service.'),
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  suspendSeller: {
    method: 'PUT',
    path: '/v1/sellers/{sellerId}/suspension',
    summary: 'Suspend a seller',
    description:
      'The role is taken, the seller is logged out, what is on air ends, and a mail says why. For ' +
      'sellers who were approved; the role of others is taken by itself.',
    action: 'sellers.suspendSeller',
    idempotency: 'optional',
    params: sellerParams,
    body: z
      .strictObject({
        reason,
        until: timestamp.optional().describe('When it ends by itself; absent: an admin ends it.'),
      })
      .meta({ id: 'SuspendSellerBody' }),
    success: answer('The suspended application.'),
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  reinstateSeller: {
    method: 'DELETE',
    path: '/v1/sellers/{sellerId}/suspension',
    summary: 'End the suspension of a seller',
    action: 'sellers.reinstateSeller',
    idempotency: 'optional',
    params: sellerParams,
    query: z.strictObject({ reason }),
    success: answer('The application.'),
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  getSeller: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}',
    summary: 'Read the page of a seller',
    description: 'With what Korean law shows of who sells; a suspended seller has one too.',
    action: 'sellers.getSeller',
    idempotency: 'none',
    params: sellerParams,
    success: { status: 200, description: 'The page.', body: sellerPage },
    refusals: ['NOT_FOUND'],
  },
  updateSellerProfile: {
    method: 'PUT',
    path: '/v1/me/seller-profile',
    summary: 'Change what one’s own page says',
    action: 'sellers.updateProfile',
    idempotency: 'optional',
    body: profileBody,
    success: { status: 200, description: 'The page.', body: sellerPage },
    refusals: ['STALE_VERSION'],
  },
  listSellerBroadcasts: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}/broadcasts',
    summary: 'List broadcasts of a seller, newest first',
    description: '`scheduled` ones are to come, `ended` ones past.',
    action: 'broadcasts.listBroadcasts',
    idempotency: 'none',
    params: sellerParams,
    query: z.strictObject({ status: enumCodec(BroadcastStatus).optional(), ...pageQuery }),
    success: { status: 200, description: 'One page.', body: broadcastPage },
    refusals: [],
  },
  getSales: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}/sales',
    summary: 'Sum up what a seller sold',
    description:
      'For the seller and for admins. Orders count on the day in Korea on which they were paid; ' +
      'what was cancelled since then counts as refunded. By day every day is answered, else the ' +
      'hundred that brought most.',
    action: 'sellers.getSales',
    idempotency: 'none',
    params: sellerParams,
    query: z.strictObject({
      from: z.iso.date().describe('First day.'),
      to: z.iso.date().describe('Last day, included; at most 366 in all.'),
      by: enumCodec(SalesGrouping).optional().describe('By day unless told.'),
    }),
    success: { status: 200, description: 'The sales.', body: salesReport },
    refusals: [],
  },
});
