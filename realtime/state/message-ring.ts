import type { ChatNews } from '../../common/pulse/index.ts';
import type { Message } from '../../proto/gen/onair/chat/v1/chat.ts';
import type { ChatMessage, LiveState } from './live-state.ts';
import { messageKindNames } from './names.ts';
import { createSenderList } from './sender-list.ts';

/** The chat of a state. */
export interface MessageRing {
  /**
   * Writes messages, given in order of their numbers and later than those before. Those that later
   * ones of the same call would overwrite are not written at all, nor are removed ones.
   *
   * @param lastSeq of the newest message, be it among them or left out
   * @param completeFrom where the messages don't follow those before: the first number of which
   *   everything was read from there on
   */
  show(messages: readonly ChatNews[], lastSeq?: number, completeFrom?: number): void;
  /** Empties the slots of these messages, if they are there; the slots stay where they are. */
  remove(seqs: readonly number[]): void;
  /** The slot that holds this message; undefined if none does. */
  find(seq: number): ChatMessage | undefined;
}

/** The ring of a state in which nothing was said yet. */
export function createMessageRing(state: LiveState): MessageRing {
  const { messages: slots } = state;
  const senders = createSenderList(state.senders);

  function write(message: ChatNews): void {
    const next = (state.newest + 1) % slots.length;
    const slot = slots[next];
    if (slot === undefined) throw new Error('the ring has no slots');
    if (slot.seq !== 0) senders.release(slot.from);
    slot.seq = message.seq;
    slot.kind = message.kind;
    slot.from = senders.take(message.userId, message.name);
    slot.text = message.text;
    slot.sentAt = message.sentAt;
    state.newest = next;
  }

  return {
    show(messages, lastSeq = messages.at(-1)?.seq, completeFrom = state.completeFrom) {
      const shown = messages.filter(({ kind }) => kind !== 'removed');
      for (const message of shown.slice(-slots.length)) write(message);
      if (lastSeq !== undefined) state.lastSeq = lastSeq;
      state.completeFrom = completeFrom;
    },
    remove(seqs) {
      if (seqs.length === 0) return;
      const gone = new Set(seqs);
      for (const slot of slots) {
        if (!gone.has(slot.seq) || slot.kind === 'removed') continue;
        senders.release(slot.from);
        slot.assign({ kind: 'removed', from: senders.take('', ''), text: '' });
      }
    },
    find: (seq) => slots.find((slot) => slot.seq === seq),
  };
}

/** A stored message in the form in which rooms and news carry it. */
export function toChatNews(message: Message): ChatNews {
  return {
    seq: message.seq,
    kind: messageKindNames[message.kind],
    userId: message.userId,
    name: message.name,
    text: message.text,
    sentAt: message.sentAt?.getTime() ?? 0,
  };
}
