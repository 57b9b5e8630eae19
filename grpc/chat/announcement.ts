import type { MessageToStore } from './chat-book.ts';
import { cleanText } from './chat-policy.ts';

/** Something that the platform says in a chat, e.g. that a deal began. */
export interface Announcement {
  readonly broadcastId: string;
  /** What it is about, e.g. `deal-began:dea_...`; said once for each key. Up to 64 characters. */
  readonly key: string;
  /** 1 to 200 characters. */
  readonly text: string;
}

/** @throws InvalidArgument for a text that nobody may say */
export function toMessage({ broadcastId, key, text }: Announcement): MessageToStore {
  return {
    broadcastId,
    kind: 'system',
    userId: '',
    clientId: key,
    name: '',
    text: cleanText(text),
  };
}
