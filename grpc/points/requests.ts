import { z } from 'zod';
import { TransferKind as ProtoTransferKind } from '../../proto/gen/onair/points/v1/points.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, points, requestId, text, timestamp } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { transferKinds } from './transfer.ts';

export const transferKindCodec = createEnumCodec(ProtoTransferKind, transferKinds);

/** Holds to make or to resolve in one call. */
export const maxItemsPerCall = 500;

export const chargeSchema = z.object({
  requestId,
  userId: idOf('usr'),
  amount: points,
  reason: text(1, 200),
  expiresAt: timestamp.optional(),
});

export const holdSchema = z.object({
  requestId,
  userId: idOf('usr'),
  amount: points,
  reference: text(0, 100),
});

export const resolveSchema = z.object({ holdId: idOf('trf') });

const ownerId = idOf('usr').or(z.literal(''));

export const getBalanceSchema = z.object({ userId: ownerId });

export const listTransfersSchema = z.object({ userId: ownerId, pageSize, pageToken: z.string() });

export const expireLotsSchema = z.object({ limit: z.number().int().min(1).max(1_000) });
