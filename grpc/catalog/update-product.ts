import type { UserActor } from '../../common/auth/index.ts';
import { NotFound, PermissionDenied, StaleVersion } from '../../common/errors/index.ts';
import { once } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { UpdateProductInput } from './requests.ts';
import { lockProduct, updateProductRow } from './store.ts';

/**
 * Edits a product of the acting seller, under an optimistic version: people read, think, and
 * write, and whoever was slower is told rather than silently overruled.
 * @throws NotFound, PermissionDenied, StaleVersion
 */
export async function updateProduct(
  { db, clock }: DomainDeps,
  actor: UserActor,
  input: UpdateProductInput,
): Promise<void> {
  const { requestId, ...rest } = input;
  const key = { action: 'catalog.updateProduct', by: actor.userId, requestId, input: rest };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const product = await lockProduct(tx, input.productId);
      if (product === undefined) throw new NotFound('product', input.productId);
      if (product.sellerId !== actor.userId) throw new PermissionDenied('not your product');
      if (product.version !== input.version) {
        throw new StaleVersion('product', product.id, product.version);
      }
      await updateProductRow(tx, {
        ...product,
        name: input.name ?? product.name,
        description: input.description ?? product.description,
        status: input.status ?? product.status,
        version: product.version + 1,
      });
      return null;
    }),
  );
}
