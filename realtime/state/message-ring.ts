import type { ChatNews } from '../../common/pulse/index.ts';
import type { Message } from '../../proto/gen/onair/chat/v1/chat.ts';
import type { LiveState } from './live-state.ts';
import { messageKindNames } from './names.ts';

/**
 * Writes messages, given in order of their numbers, into the ring. Those that later ones of the
 * same call would overwrite are not written at all.
 */
export function showMessages(state: LiveState, messages: readonly ChatNews[]): void {
  const size = state.messages.length;
  for (const message of messages.slice(-size)) {
    const slot = state.messages[message.seq % size];
    if (slot === undefined) continue;
    slot.seq = message.seq;
    slot.kind = message.kind;
    slot.userId = message.userId;
    slot.name = message.name;
    slot.text = message.text;
    slot.sentAt = message.sentAt;
    state.lastSeq = message.seq;
  }
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
