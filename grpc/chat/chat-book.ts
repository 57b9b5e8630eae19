import type { Pulse } from '../../common/pulse/index.ts';
import type { Tx, Writer } from '../db/index.ts';
import { advanceChannels, lockChannels } from './channels.ts';
import type { ChatChannelRow, ChatMessageRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import type { ChatRemovedRow } from './moderation-entities.ts';
import { advanceRoomPace } from './policy/pace.ts';
import { findStored, insertMessages, type MessageIdentity } from './store.ts';

/** A message that was decided on and gets its number now. */
export type MessageToStore = Omit<ChatMessageRow, 'seq' | 'sentAt'>;

/** The locked chats of a transaction, and which of its messages they hold already. */
export interface ChatBook {
  channel(broadcastId: string): ChatChannelRow;
  /** The message if it was stored before, in another transaction or in this one. */
  stored(identity: MessageIdentity): ChatMessageRow | undefined;
  /**
   * Gives the message the next number of its chat, unless it is stored already. In the shadow it
   * gets its number and nobody is shown what it says.
   */
  say(message: MessageToStore, now: number, shadow?: 'shadow'): ChatMessageRow;
  /** Counts a message of a viewer in the pace of its chat. */
  count(broadcastId: string, now: number): void;
  /**
   * Writes what was said, and tells the rooms after the commit. `to` may be the transaction's
   * `atCommit` when nothing after it reads or says anything.
   */
  flush(to?: Writer): Promise<void>;
}

/** Locks the chats of these messages, in sorted order, and looks for those stored before. */
export async function openChatBook(
  tx: Tx,
  { pulse, broadcasts }: { readonly pulse: Pulse; readonly broadcasts: BroadcastLookup },
  messages: readonly MessageIdentity[],
): Promise<ChatBook> {
  const ids = messages.map((message) => message.broadcastId);
  const channels = await lockChannels(tx, broadcasts, ids);
  return createChatBook(tx, pulse, channels, await findStored(tx, messages));
}

/** A book of chats that are locked. */
export function createChatBook(
  tx: Tx,
  pulse: Pulse,
  channels: Map<string, ChatChannelRow>,
  found: readonly ChatMessageRow[],
): ChatBook {
  const stored = new Map(found.map((row) => [identityOf(row), row]));
  const changed = new Set<string>();
  const fresh: ChatMessageRow[] = [];
  const shadowed: ChatRemovedRow[] = [];

  function channel(broadcastId: string): ChatChannelRow {
    const row = channels.get(broadcastId);
    if (row === undefined) throw new Error(`chat of ${broadcastId} is not locked`);
    return row;
  }

  function change(row: ChatChannelRow): void {
    channels.set(row.broadcastId, row);
    changed.add(row.broadcastId);
  }

  return {
    channel,
    stored: (identity) => stored.get(identityOf(identity)),
    say(message, now, shadow) {
      const identity = identityOf(message);
      const first = stored.get(identity);
      if (first !== undefined) return first;
      const { broadcastId, kind, userId, clientId, name, text } = message;
      const chat = channel(broadcastId);
      const seq = chat.lastSeq + 1;
      const shown = shadow === undefined ? { kind, name, text } : hidden;
      const row = { broadcastId, seq, userId, clientId, ...shown, sentAt: now };
      if (shadow !== undefined && kind !== 'removed') {
        const secret = { broadcastId, seq, userId, kind, name, text };
        shadowed.push({ ...secret, shadow: 1, removedAt: now });
      }
      change({ ...chat, lastSeq: seq });
      stored.set(identity, row);
      fresh.push(row);
      return row;
    },
    count(broadcastId, now) {
      const chat = channel(broadcastId);
      const before = { second: chat.roomSecond, count: chat.roomCount };
      const { second, count } = advanceRoomPace(before, now);
      change({ ...chat, roomSecond: second, roomCount: count });
    },
    async flush(to = tx) {
      const advanced = [...changed].map(channel);
      await Promise.all([
        insertMessages(to, fresh),
        advanceChannels(to, advanced),
        to.insert(
          'chat_removed',
          shadowed.map((row) => ({ ...row })),
        ),
      ]);
      if (fresh.length > 0) tx.afterCommit(() => publish(pulse, fresh));
    },
  };
}

/** What everyone is shown of a message that they are not to read. */
export const hidden = { kind: 'removed', name: '', text: '' } as const;

/** Ids hold no spaces, so the parts can't run into each other. */
function identityOf({ broadcastId, userId, clientId }: MessageIdentity): string {
  return `${broadcastId} ${userId} ${clientId}`;
}

function publish(pulse: Pulse, rows: readonly ChatMessageRow[]): void {
  for (const [broadcastId, messages] of Map.groupBy(rows, (row) => row.broadcastId)) {
    pulse.publishBroadcast(broadcastId, { type: 'chat', messages: messages.map(toNews) });
  }
}

/** Of a removed message not even whose it was. */
function toNews({ seq, kind, userId, name, text, sentAt }: ChatMessageRow) {
  return { seq, kind, userId: kind === 'removed' ? '' : userId, name, text, sentAt };
}
