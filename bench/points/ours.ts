import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import { newId } from '../../common/ids.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import type { TransferOutcome } from '../../proto/gen/onair/points/v1/points.ts';
import type { Wallet } from './wallets.ts';

/** Items of one call, as many as it takes. */
const maxBatch = 500;

/** Spends points through the services: a list of holds a call, a list of posts a call. */
export function openOurs(clients: ClientPool) {
  const { points } = clients.as({ actor: { kind: 'service', name: 'bench' } });
  const inLists = <Item>(
    name: string,
    call: (items: readonly Item[]) => Promise<{ outcomes: TransferOutcome[] }>,
  ): Coalescer<Item, string> =>
    createCoalescer({
      name,
      maxBatch,
      maxQueue: 1_000_000,
      run: async (items) => (await call(items)).outcomes.map(settledOf),
    });
  const holds = inLists<{ userId: string; amount: number }>('holds', (items) =>
    points.hold({
      holds: items.map((item) => ({ ...item, requestId: newId('req'), reference: 'bench' })),
    }),
  );
  const posts = inLists<string>('posts', (holdIds) => points.post({ holdIds: [...holdIds] }));
  return {
    /** Holds points of a wallet, then posts the hold. */
    async spend({ userId }: Wallet, amount: number): Promise<void> {
      await posts.submit(await holds.submit({ userId, amount }));
    },
  };
}

function settledOf({ result }: TransferOutcome): PromiseSettledResult<string> {
  if (result?.$case === 'transfer') return { status: 'fulfilled', value: result.value.id };
  return { status: 'rejected', reason: new Error(result?.value.message ?? 'no outcome') };
}
