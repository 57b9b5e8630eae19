import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { once } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { CreateBroadcastInput } from './requests.ts';
import { insertBroadcast } from './store.ts';

/** Announces a broadcast of the acting seller; answers its id. */
export async function createBroadcast(
  { db, clock }: DomainDeps,
  actor: UserActor,
  input: CreateBroadcastInput,
): Promise<string> {
  const { requestId, ...rest } = input;
  const key = { action: 'broadcasts.createBroadcast', by: actor.userId, requestId, input: rest };
  const now = clock.now();
  return db.transaction((tx) =>
    once(tx, key, now, async () => {
      const id = newId('brc');
      await insertBroadcast(tx, {
        id,
        sellerId: actor.userId,
        title: input.title,
        description: input.description,
        status: 'scheduled',
        scheduledAt: input.scheduledAt ?? now,
        startedAt: null,
        endedAt: null,
        noticeText: null,
        noticeEmphasised: 0,
        noticePinnedAt: null,
        highlightedProductId: null,
        version: 1,
        createdAt: now,
      });
      return id;
    }),
  );
}
