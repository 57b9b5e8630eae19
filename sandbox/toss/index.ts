import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../common/config.ts';
import type { Logger } from '../../common/logger.ts';
import { addBuyerPage } from './buyer-page.ts';
import { toErrorObject } from './desk.ts';
import { TossError } from './errors.ts';
import { addMerchantApi } from './merchant-api.ts';
import { openTossStore } from './store.ts';

/**
 * Adds the stand-in of Toss Payments. It keeps its books in `sandbox/toss.jsonl` of the data
 * folder, so that it still knows after a crash what it took.
 */
export function addToss(app: FastifyInstance, config: Config, log: Logger): void {
  const now = () => Date.now();
  const store = openTossStore(join(config.DATA_DIR, 'sandbox', 'toss.jsonl'), now);
  app.addHook('onClose', async () => store.close());

  app.register(async (page) => {
    page.setErrorHandler((error, _request, reply) => {
      const toss = toTossError(error, log);
      return reply.code(toss.status).send(toErrorObject(toss));
    });
    page.register(async (scope) => addBuyerPage(scope, store, now));
    page.register(async (scope) =>
      addMerchantApi(scope, { store, secretKey: config.TOSS_SECRET_KEY, now }),
    );
  });
}

function toTossError(error: unknown, log: Logger): TossError {
  if (error instanceof TossError) return error;
  if (error instanceof z.ZodError || isClientFault(error)) return new TossError('INVALID_REQUEST');
  log.error({ err: error }, 'defect in the Toss Payments stand-in');
  return new TossError('FAILED_INTERNAL_SYSTEM_PROCESSING');
}

/** Fastify's own refusals: a body that is not JSON, too large, of another type. */
function isClientFault(error: unknown): boolean {
  const status = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' && status < 500;
}
