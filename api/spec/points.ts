import { z } from 'zod';
import { TransferKind } from '../../proto/gen/onair/points/v1/points.ts';
import { enumCodec, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { amount, count, idParams, pageOf, pageQuery, text } from './schemas.ts';

const balance = z
  .object({
    userId: z.string(),
    available: count.describe('Points that can be spent now.'),
    held: count.describe('Points set aside for payments under way.'),
  })
  .meta({ id: 'PointBalance' });

const transfer = z
  .object({
    id: z.string(),
    kind: enumCodec(TransferKind),
    userId: z.string(),
    amount: count.describe('Points, always positive.'),
    holdId: textOrNull.describe('The hold that this resolves, if any.'),
    reference: textOrNull.describe('What it is for, e.g. an order id.'),
    reason: textOrNull,
    createdAt: timestamp,
  })
  .meta({ id: 'PointTransfer', description: 'One immutable row of the points ledger.' });

export const pointsSpec = endpoints({
  getPoints: {
    method: 'GET',
    path: '/v1/me/points',
    summary: 'Read the own points balance',
    action: 'points.getBalance',
    idempotency: 'none',
    success: { status: 200, description: 'The balance.', body: balance },
    refusals: [],
  },
  listPointTransfers: {
    method: 'GET',
    path: '/v1/me/points/transfers',
    summary: 'List the own points history, newest first',
    action: 'points.listTransfers',
    idempotency: 'none',
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(transfer).meta({ id: 'PointTransferPage' }),
    },
    refusals: [],
  },
  chargePoints: {
    method: 'POST',
    path: '/v1/users/{userId}/points',
    summary: 'Give points to a user',
    action: 'points.charge',
    idempotency: 'required',
    params: idParams({ userId: 'usr' }),
    body: z
      .strictObject({
        amount: amount.describe('Points.'),
        reason: text(1, 200),
        expiresAt: timestamp.optional().describe('When they lapse; absent means the usual term.'),
      })
      .meta({ id: 'ChargePointsBody' }),
    success: { status: 201, description: 'The transfer.', body: transfer },
    refusals: ['NOT_FOUND'],
  },
});
