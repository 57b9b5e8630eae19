import type { SeqRange } from './chat-feed.ts';
import type { ChatMessage } from './chat-window.ts';
import { field } from './refusal.ts';

export interface OwnMessagesDeps {
  readonly deliver: (message: ChatMessage) => void;
  readonly onOmitted: (range: SeqRange) => void;
}

/**
 * What this viewer said, which is theirs to see even where the platform shows it to nobody: left out
 * of a sample when there is too much to read, or kept from the others.
 */
export interface OwnMessages {
  /** The room's answer to `chat`: shown now, if its number was left out before. */
  said(answer: unknown): void;
  /** The room shows the message itself. */
  shown(seq: number): void;
  /** These numbers are left out: shows what is this viewer's own among them. */
  omitted(range: SeqRange): void;
  /** Whether the number is of a message that only this viewer sees. */
  isPrivate(seq: number): boolean;
}

/** Numbers and ranges that are remembered. */
const maxRemembered = 200;

export function createOwnMessages({ deliver, onOmitted }: OwnMessagesDeps): OwnMessages {
  /** Messages that the room has not come to yet. */
  const waiting = new Map<number, ChatMessage>();
  const alone = new Set<number>();
  const past: SeqRange[] = [];

  function show(message: ChatMessage): void {
    waiting.delete(message.seq);
    alone.add(message.seq);
    for (const oldest of alone) {
      if (alone.size <= maxRemembered) break;
      alone.delete(oldest);
    }
    deliver(message);
  }

  return {
    said(answer) {
      const message = toMessage(answer);
      if (message === undefined || alone.has(message.seq)) return;
      const { seq } = message;
      if (past.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq)) return show(message);
      waiting.set(seq, message);
      for (const oldest of waiting.keys()) {
        if (waiting.size <= maxRemembered) break;
        waiting.delete(oldest);
      }
    },
    shown: (seq) => void waiting.delete(seq),
    omitted({ fromSeq, toSeq }) {
      const own = [...waiting.values()]
        .filter(({ seq }) => fromSeq <= seq && seq <= toSeq)
        .sort((one, other) => one.seq - other.seq);
      let from = fromSeq;
      const skip = (to: number) => {
        if (to < from) return;
        const range = { fromSeq: from, toSeq: to };
        past.push(range);
        if (past.length > maxRemembered) past.shift();
        onOmitted(range);
      };
      for (const message of own) {
        skip(message.seq - 1);
        show(message);
        from = message.seq + 1;
      }
      skip(toSeq);
    },
    isPrivate: (seq) => alone.has(seq),
  };
}

/** A message that was stored; one that waits for approval, or an older server's, is none. */
function toMessage(answer: unknown): ChatMessage | undefined {
  const [seq, sentAt] = [Number(field(answer, 'seq')), Number(field(answer, 'sentAt'))];
  if (!Number.isFinite(seq) || !Number.isFinite(sentAt)) return undefined;
  const text = (name: string) => {
    const value = field(answer, name);
    return typeof value === 'string' ? value : '';
  };
  const words = { kind: text('kind'), userId: text('userId'), name: text('name') };
  return { seq, sentAt, ...words, text: text('text') };
}
