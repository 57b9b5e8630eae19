import type { UserActor } from '../../common/auth/index.ts';
import { NotFound, PermissionDenied, StaleVersion } from '../../common/errors/index.ts';
import { once } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { StockRow } from './entities.ts';
import type { AdjustStockInput } from './requests.ts';
import { openStockBook } from './stock-book.ts';

/**
 * Puts units of the acting seller's SKU in or takes available ones out; answers the counters.
 * @throws NotFound, PermissionDenied, StaleVersion, InsufficientStock
 */
export async function adjustStock(
  deps: DomainDeps,
  actor: UserActor,
  input: AdjustStockInput,
): Promise<StockRow> {
  const { requestId, skuId, kind, quantity, reason, expectedVersion } = input;
  const key = {
    action: 'catalog.adjustStock',
    by: actor.userId,
    requestId,
    input: { skuId, kind, quantity, reason, expectedVersion },
  };
  return deps.db.transaction((tx) =>
    once(tx, key, deps.clock.now(), async () => {
      const book = await openStockBook(deps, tx, [skuId]);
      const sku = book.sku(skuId);
      if (sku === undefined) throw new NotFound('sku', skuId);
      if (sku.sellerId !== actor.userId) throw new PermissionDenied('not your SKU');
      const { version } = book.stock(skuId);
      if (expectedVersion !== 0 && expectedVersion !== version) {
        throw new StaleVersion('stock', skuId, version);
      }
      book.move({ skuId, kind, quantity, reason, actor: actor.userId });
      await book.flush();
      return book.stock(skuId);
    }),
  );
}
