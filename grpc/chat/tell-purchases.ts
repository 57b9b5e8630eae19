import type { Clock } from '../../common/clock.ts';
import { jobOf } from '../../common/jobs.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import { enqueueJobs, type Tx } from '../db/index.ts';
import type { MessageToStore } from './chat-book.ts';
import type { ChatMessageRow, ChatPurchaseNoticeRow } from './entities.ts';
import { markTold, readNotices, readUntold, writeNotice } from './purchase-store.ts';
import { purchaseText } from './purchase-text.ts';

/** What telling of purchases takes. */
export interface TellDeps {
  readonly clock: Clock;
  readonly pulse: Pulse;
  /** Least time between two purchase messages of a broadcast, in milliseconds. */
  readonly windowMs: number;
  /** Locks chats until the transaction is over. */
  readonly lockChats: (tx: Tx, broadcastIds: readonly string[]) => Promise<unknown>;
  /** Numbers and stores messages; answers a row for each. */
  readonly storeMessages: (
    tx: Tx,
    messages: readonly MessageToStore[],
  ) => Promise<readonly ChatMessageRow[]>;
}

/** Purchases that one message counts at most, so that no burst makes a transaction endless. */
const maxPerMessage = 5_000;

/**
 * Tells each room, in one message, of all purchases that it was not told of; the chats must be
 * locked. In a window after its last message a room is told nothing: a job at the window's end, one
 * for each window, tells of all that came in it. `now` tells without looking at the window.
 *
 * Exactly once: a purchase, the message that counts it, and the note that it does are of one
 * transaction.
 */
export async function tellPurchasesIn(
  deps: TellDeps,
  tx: Tx,
  broadcastIds: readonly string[],
  when: 'now' | 'in its window',
): Promise<void> {
  const now = deps.clock.now();
  const notices = await readNotices(tx, broadcastIds);
  for (const broadcastId of broadcastIds) {
    const last = notices.get(broadcastId);
    const opensAt = last === undefined ? now : last.toldAt + deps.windowMs;
    const mayTell = when === 'now' || opensAt <= now;
    const [first, ...others] = await readUntold(tx, broadcastId, mayTell ? maxPerMessage : 1);
    if (first === undefined) continue;
    if (!mayTell) {
      await tellLater(tx, broadcastId, last?.seq ?? 0, opensAt, now);
      continue;
    }
    const text = purchaseText(first, ...others);
    const [message] = await deps.storeMessages(tx, [messageOf(broadcastId, first.orderId, text)]);
    if (message === undefined) throw new Error(`${broadcastId} was told nothing`);
    const { seq, sentAt: toldAt } = message;
    const notice = { broadcastId, seq, text, orders: others.length + 1, toldAt };
    await markTold(tx, [first, ...others], seq);
    await writeNotice(tx, notice);
    // There may be more than one message counts.
    if (notice.orders === maxPerMessage) {
      await tellLater(tx, broadcastId, seq, toldAt + deps.windowMs, now);
    }
    publishNotice(deps.pulse, tx, notice);
  }
}

/** One job for each window, which the number of the message that began it names. */
async function tellLater(
  tx: Tx,
  broadcastId: string,
  lastSeq: number,
  at: number,
  now: number,
): Promise<void> {
  const key = `tell-purchases:${broadcastId}:${lastSeq}`;
  await enqueueJobs(tx, [jobOf('chat.tell-purchases', { broadcastId }, at, key)], now);
}

/** Named after its first order, which no other message counts. */
function messageOf(broadcastId: string, orderId: string, text: string): MessageToStore {
  return {
    broadcastId,
    kind: 'purchase',
    userId: '',
    clientId: `purchases:${orderId}`,
    name: '',
    text,
  };
}

/** Tells the rooms of the newest notice, or that it is gone, once it is committed. */
export function publishNotice(pulse: Pulse, tx: Tx, notice: ChatPurchaseNoticeRow): void {
  const { broadcastId, seq, text, orders, toldAt } = notice;
  tx.afterCommit(() =>
    pulse.publishBroadcast(broadcastId, { type: 'purchases', seq, text, orders, toldAt }),
  );
}
