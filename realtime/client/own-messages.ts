import type { SeqRange } from './chat-feed.ts';
import type { ChatMessage } from './chat-window.ts';
import { field } from './refusal.ts';

export interface OwnMessagesDeps {
  readonly deliver: (message: ChatMessage) => void;
  readonly onOmitted: (range: SeqRange) => void;
  /** The last number that was dealt with: what comes up to it won't be shown any more. */
  readonly lastSeq: () => number | undefined;
}

/**
 * What this viewer said, which is theirs to see even where the platform shows it to nobody: left out
 * of a sample when there is too much to read, or kept from the others.
 */
export interface OwnMessages {
  /** The room's answer to `chat`: shown now, if its number was left out before, however long ago. */
  said(answer: unknown): void;
  /** The room shows a message itself. */
  shown(message: Pick<ChatMessage, 'seq' | 'userId'>): void;
  /** These numbers are left out: shows what is this viewer's own among them. */
  omitted(range: SeqRange): void;
}

/** Own messages that are remembered. */
const maxOwn = 500;
/** Messages that are remembered before it is known who this viewer is: those of many seconds. */
const maxOfAnyone = 5_000;

export function createOwnMessages({ deliver, onOmitted, lastSeq }: OwnMessagesDeps): OwnMessages {
  /** Messages that the room has not come to yet. */
  const waiting = new Map<number, ChatMessage>();
  /** Own messages that were shown. */
  const seen = new Set<number>();
  /** Who said what was shown, until the first answer tells which of it is ours. */
  const ofAnyone = new Map<number, string>();
  let me: string | undefined;

  function show(message: ChatMessage): void {
    waiting.delete(message.seq);
    see(message.seq);
    deliver(message);
  }

  function see(seq: number): void {
    seen.add(seq);
    trim(seen, maxOwn);
  }

  function learnWho(userId: string): void {
    if (me !== undefined || userId === '') return;
    me = userId;
    for (const [seq, by] of ofAnyone) if (by === me) see(seq);
    ofAnyone.clear();
  }

  return {
    said(answer) {
      const message = toMessage(answer);
      if (message === undefined) return;
      learnWho(message.userId);
      if (seen.has(message.seq)) return;
      if (message.seq <= (lastSeq() ?? 0)) return show(message);
      waiting.set(message.seq, message);
      trim(waiting, maxOwn);
    },
    shown({ seq, userId }) {
      waiting.delete(seq);
      if (userId === me) return see(seq);
      if (me !== undefined) return;
      ofAnyone.set(seq, userId);
      trim(ofAnyone, maxOfAnyone);
    },
    omitted({ fromSeq, toSeq }) {
      const own = [...waiting.values()]
        .filter(({ seq }) => fromSeq <= seq && seq <= toSeq)
        .sort((one, other) => one.seq - other.seq);
      let from = fromSeq;
      const skip = (to: number) => {
        if (to >= from) onOmitted({ fromSeq: from, toSeq: to });
      };
      for (const message of own) {
        skip(message.seq - 1);
        show(message);
        from = message.seq + 1;
      }
      skip(toSeq);
    },
  };
}

function trim(
  kept: { readonly size: number; keys(): Iterable<number>; delete(seq: number): boolean },
  most: number,
) {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
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
