import type { UserActor } from '../../common/auth/index.ts';
import { InvalidArgument, InvalidState, NotFound } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { jobOf } from '../../common/jobs.ts';
import type { Catalog } from '../catalog/index.ts';
import { enqueueJobs, insertJobs, type Writer } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { editBroadcast, editBroadcastFor } from './edit-broadcast.ts';
import type { DealRow } from './entities.ts';
import type { CloseDealInput, CreateDealInput } from './requests.ts';
import { closeDeals, readBroadcastProducts, readDealsById } from './store.ts';

/**
 * Defines a deal on a SKU of an attached product, and the jobs that tell the rooms when it begins
 * and ends; answers its id.
 * @throws NotFound, InvalidArgument, InvalidState when the broadcast has ended
 */
export async function createDeal(
  deps: DomainDeps,
  catalog: Catalog,
  actor: UserActor,
  input: CreateDealInput,
): Promise<string> {
  const { requestId, broadcastId, ...rest } = input;
  const edit = { actor, action: 'broadcasts.createDeal', requestId, broadcastId, input: rest };
  return editBroadcastFor(deps, edit, async (tx, row, now) => {
    if (row.status === 'ended') throw new InvalidState('broadcast', 'ended', 'it has ended');
    if (input.endsAt <= now) {
      throw new InvalidArgument('a deal must end in the future', { endsAt: String(input.endsAt) });
    }
    const sku = (await catalog.readSkus([input.skuId], tx)).get(input.skuId);
    if (sku === undefined) throw new NotFound('sku', input.skuId);
    const attached = await readBroadcastProducts(tx, [row.id]);
    if (!attached.some((product) => product.productId === sku.productId)) {
      throw new InvalidArgument('the product of this SKU is not attached', { skuId: input.skuId });
    }
    const dealId = newId('dea');
    const deal: DealRow = {
      id: dealId,
      broadcastId,
      productId: sku.productId,
      skuId: input.skuId,
      price: input.price,
      startsAt: input.startsAt,
      endsAt: input.endsAt,
      units: input.units,
      remaining: input.units,
      limitPerBuyer: input.limitPerBuyer,
      version: 1,
    };
    await tx.insert('deals', [{ ...deal }]);
    await enqueueJobs(
      tx,
      [deal.startsAt, deal.endsAt].map((runAt) =>
        jobOf('broadcasts.announce-deals', { dealId }, runAt),
      ),
      now,
    );
    return { row, answer: dealId };
  });
}

/** Ends a deal before its time; ending an ended one changes nothing. @throws NotFound */
export async function closeDeal(
  deps: DomainDeps,
  actor: UserActor,
  { requestId, dealId }: CloseDealInput,
): Promise<void> {
  const [deal] = await readDealsById(deps.db.primary, [dealId]);
  if (deal === undefined) throw new NotFound('deal', dealId);
  const edit = {
    actor,
    action: 'broadcasts.closeDeal',
    requestId,
    broadcastId: deal.broadcastId,
    input: dealId,
    adminsToo: true,
  };
  await editBroadcast(deps, edit, async (tx, row, now) => {
    await closeDeals(tx, [dealId], now);
    await announceSoon(tx, [dealId], now);
    return row;
  });
}

/** Has the rooms told of what became of these deals just now. */
export async function announceSoon(
  to: Writer,
  dealIds: readonly string[],
  now: number,
): Promise<void> {
  const jobs = dealIds.map((dealId) => jobOf('broadcasts.announce-deals', { dealId }, now));
  await insertJobs(to, jobs, now);
}

/** Tells the rooms of the deals' broadcasts to look again. */
export async function announceDeals(
  { db, pulse }: DomainDeps,
  dealIds: readonly string[],
): Promise<void> {
  const deals = await readDealsById(db.primary, dealIds);
  for (const broadcastId of new Set(deals.map((deal) => deal.broadcastId))) {
    pulse.publishBroadcast(broadcastId, { type: 'changed' });
  }
}
