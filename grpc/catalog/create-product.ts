import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { once } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { CreateProductInput } from './requests.ts';
import { openStockBook } from './stock-book.ts';
import { insertProduct } from './store.ts';

/** Creates a product of the acting seller with its first stock; answers its id. */
export async function createProduct(
  deps: DomainDeps,
  actor: UserActor,
  input: CreateProductInput,
): Promise<string> {
  const { requestId, ...rest } = input;
  const sellerId = actor.userId;
  const key = { action: 'catalog.createProduct', by: sellerId, requestId, input: rest };
  const now = deps.clock.now();
  return deps.db.transaction((tx) =>
    once(tx, key, now, async () => {
      const productId = newId('prd');
      const skus = input.skus.map(({ name, price }, position) => {
        return { id: newId('sku'), productId, position, name, price };
      });
      await insertProduct(
        tx,
        {
          id: productId,
          sellerId,
          name: input.name,
          description: input.description,
          status: 'on_sale',
          version: 1,
          createdAt: now,
        },
        skus,
      );
      const book = await openStockBook(
        deps,
        tx,
        skus.map((sku) => sku.id),
      );
      skus.forEach((sku, i) => {
        const quantity = input.skus[i]?.initialStock ?? 0;
        if (quantity === 0) return;
        book.move({
          skuId: sku.id,
          kind: 'receive',
          quantity,
          reason: '최초 입고',
          actor: sellerId,
        });
      });
      await book.flush();
      return productId;
    }),
  );
}
