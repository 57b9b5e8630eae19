import type { UserActor } from '../../common/auth/index.ts';
import {
  InvalidArgument,
  InvalidState,
  NotFound,
  PermissionDenied,
  StaleVersion,
} from '../../common/errors/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { editBroadcast } from './edit-broadcast.ts';
import type { BroadcastRow } from './entities.ts';
import type {
  HighlightInput,
  PinNoticeInput,
  SetProductsInput,
  UpdateBroadcastInput,
} from './requests.ts';
import { readBroadcastProducts, replaceBroadcastProducts } from './store.ts';

/** Changes title or description under an optimistic version. @throws StaleVersion */
export function updateBroadcast(
  deps: DomainDeps,
  actor: UserActor,
  input: UpdateBroadcastInput,
): Promise<void> {
  const { requestId, broadcastId, version, title, description } = input;
  const edit = {
    actor,
    action: 'broadcasts.updateBroadcast',
    requestId,
    broadcastId,
    input: { version, title, description },
  };
  return editBroadcast(deps, edit, (_tx, row) => {
    if (row.version !== version) throw new StaleVersion('broadcast', row.id, row.version);
    return { ...row, title: title ?? row.title, description: description ?? row.description };
  });
}

/**
 * Replaces the products on show. A highlighted product that is no longer there is put back.
 * @throws NotFound for an unknown product, PermissionDenied for another seller's
 */
export function setBroadcastProducts(
  deps: DomainDeps,
  catalog: Catalog,
  actor: UserActor,
  { requestId, broadcastId, productIds }: SetProductsInput,
): Promise<void> {
  const action = 'broadcasts.setBroadcastProducts';
  const edit = { actor, action, requestId, broadcastId, input: productIds };
  return editBroadcast(deps, edit, async (tx, row) => {
    assertNotEnded(row);
    const products = await catalog.readProducts(productIds, tx);
    for (const productId of productIds) {
      const product = products.find((candidate) => candidate.id === productId);
      if (product === undefined) throw new NotFound('product', productId);
      if (product.sellerId !== row.sellerId) throw new PermissionDenied('not your product');
    }
    await replaceBroadcastProducts(tx, row.id, productIds);
    const front = row.highlightedProductId;
    const stays = front !== null && productIds.includes(front);
    return { ...row, highlightedProductId: stays ? front : null };
  });
}

/** Puts an attached product in front, or none. @throws InvalidArgument when it is not attached */
export function highlightProduct(
  deps: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId, productId }: HighlightInput,
): Promise<void> {
  const action = 'broadcasts.highlightProduct';
  const edit = { actor, action, requestId, broadcastId, input: productId };
  return editBroadcast(deps, edit, async (tx, row) => {
    assertNotEnded(row);
    if (productId === '') return { ...row, highlightedProductId: null };
    const attached = await readBroadcastProducts(tx, [row.id]);
    if (!attached.some((product) => product.productId === productId)) {
      throw new InvalidArgument(`product ${productId} is not attached`, { productId });
    }
    return { ...row, highlightedProductId: productId };
  });
}

/** Pins a notice, or clears it when the text is empty. */
export function pinNotice(
  deps: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId, text, emphasised }: PinNoticeInput,
): Promise<void> {
  const action = 'broadcasts.pinNotice';
  const edit = { actor, action, requestId, broadcastId, input: { text, emphasised } };
  return editBroadcast(deps, edit, (_tx, row, now) => {
    assertNotEnded(row);
    if (text === '') {
      return { ...row, noticeText: null, noticeEmphasised: 0, noticePinnedAt: null };
    }
    return { ...row, noticeText: text, noticeEmphasised: emphasised ? 1 : 0, noticePinnedAt: now };
  });
}

function assertNotEnded(row: BroadcastRow): void {
  if (row.status === 'ended') {
    throw new InvalidState('broadcast', row.status, 'the broadcast has ended');
  }
}
