import type { Clock } from '../../common/clock.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Tx } from '../db/index.ts';
import type { ChatMessageRow } from './entities.ts';
import {
  advanceChannels,
  findStored,
  insertMessages,
  lockChannels,
  type MessageIdentity,
} from './store.ts';

/** A message that was decided on and gets its number now. */
export type MessageToStore = Omit<ChatMessageRow, 'seq' | 'sentAt'>;

/**
 * Numbers and stores messages in the order given; answers one row for each. What was said before,
 * in another batch or in this one, is not stored again: its first row is answered. The rooms hear
 * of new messages after the commit.
 */
export async function storeMessages(
  { clock, pulse }: { readonly clock: Clock; readonly pulse: Pulse },
  tx: Tx,
  messages: readonly MessageToStore[],
): Promise<ChatMessageRow[]> {
  const lastSeqs = await lockChannels(
    tx,
    messages.map((message) => message.broadcastId),
  );
  const stored = await findStored(tx, messages);
  const byIdentity = new Map(stored.map((row) => [identityOf(row), row]));
  const sentAt = clock.now();
  const fresh: ChatMessageRow[] = [];

  const rows = messages.map((message) => {
    const identity = identityOf(message);
    const first = byIdentity.get(identity);
    if (first !== undefined) return first;
    const { broadcastId, kind, userId, clientId, name, text } = message;
    const last = lastSeqs.get(broadcastId);
    if (last === undefined) throw new Error(`chat of ${broadcastId} is not locked`);
    const seq = last + 1;
    const row = { broadcastId, seq, kind, userId, clientId, name, text, sentAt };
    lastSeqs.set(broadcastId, seq);
    byIdentity.set(identity, row);
    fresh.push(row);
    return row;
  });

  if (fresh.length > 0) {
    await insertMessages(tx, fresh);
    await advanceChannels(tx, lastSeqs);
    tx.afterCommit(() => publish(pulse, fresh));
  }
  return rows;
}

/** Ids hold no spaces, so the parts can't run into each other. */
function identityOf({ broadcastId, userId, clientId }: MessageIdentity): string {
  return `${broadcastId} ${userId} ${clientId}`;
}

function publish(pulse: Pulse, rows: readonly ChatMessageRow[]): void {
  for (const [broadcastId, messages] of Map.groupBy(rows, (row) => row.broadcastId)) {
    pulse.publishBroadcast(broadcastId, {
      type: 'chat',
      messages: messages.map(({ seq, kind, userId, name, text, sentAt }) => {
        return { seq, kind, userId, name, text, sentAt };
      }),
    });
  }
}
