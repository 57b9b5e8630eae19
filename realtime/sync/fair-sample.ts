import type { ChatNews } from '../../common/pulse/index.ts';

/** Milliseconds of chat that are judged together, by the clock that stored the messages. */
const windowMs = 1_000;

/** Which messages of a chat that is too fast to read are shown. */
export interface FairSample {
  /** Those of the messages to show. They must follow each other, and what was taken before. */
  take(messages: readonly ChatNews[]): readonly ChatNews[];
  /** When a message was last left out, by its `sentAt`; 0 if none was. */
  readonly lastOmittedAt: number;
}

interface Window {
  readonly number: number;
  /** Messages of each person so far, shown or not. */
  readonly said: Map<string, number>;
  shown: number;
}

/**
 * A sample that depends on the messages alone, so that every room of a broadcast shows the same one:
 * whether a message is shown follows from the messages before it in this second and in the last.
 *
 * What people say is shown up to `perSecond` messages a second. In a second after a busier one each
 * person gets an equal share; where there are more people than room for one message each, a lot
 * decides who is heard in this second, another in the next. So someone who floods gets one share,
 * like everybody else; in the first second of a rush, half of what is shown. What the host, the
 * platform and buyers say is always shown and takes nobody's place.
 *
 * @param perSecond messages a second that are shown; 0 for all
 * @param isHost whether this account runs the broadcast
 */
export function createFairSample(
  perSecond: number,
  isHost: (userId: string) => boolean,
): FairSample {
  let before: Window = { number: -1, said: new Map(), shown: 0 };
  let current: Window = before;
  let lastOmittedAt = 0;
  /** Messages that one person may have shown in this second. */
  let share = shareAfter(before, perSecond);

  /** Time never goes back here, even if the clocks of two services differ. */
  function enter(number: number): void {
    if (number <= current.number) return;
    before = number === current.number + 1 ? current : emptyWindow(number - 1);
    current = emptyWindow(number);
    share = shareAfter(before, perSecond);
  }

  function isShown({ kind, userId, sentAt }: ChatNews): boolean {
    enter(Math.floor(sentAt / windowMs));
    if (kind !== 'normal' || isHost(userId)) return true;
    const said = (current.said.get(userId) ?? 0) + 1;
    current.said.set(userId, said);
    if (current.shown >= perSecond) return false;
    if (said > share || !hasLot(userId, current.number)) return false;
    current.shown += 1;
    return true;
  }

  /** Whether a lot lets this person be heard in this second. */
  function hasLot(userId: string, window: number): boolean {
    const people = before.said.size;
    return people <= perSecond || lot(userId, window) * people < perSecond;
  }

  return {
    take(messages) {
      if (perSecond === 0) return messages;
      return messages.filter((message) => {
        const shown = isShown(message);
        if (!shown) lastOmittedAt = Math.max(lastOmittedAt, message.sentAt);
        return shown;
      });
    },
    get lastOmittedAt() {
      return lastOmittedAt;
    },
  };
}

function emptyWindow(number: number): Window {
  return { number, said: new Map(), shown: 0 };
}

/**
 * The messages that each person may have shown in the second after this one: half of all after a
 * quiet one; after a busy one as many as let all of them be heard, where those who said less leave
 * their places to the others.
 */
function shareAfter({ said }: Window, perSecond: number): number {
  const counts = [...said.values()].sort((a, b) => a - b);
  let places = perSecond;
  for (const [i, count] of counts.entries()) {
    const equal = places / (counts.length - i);
    if (count > equal) return Math.max(1, Math.floor(equal));
    places -= count;
  }
  return Math.ceil(perSecond / 2);
}

/** A number from 0 to 1, the same everywhere for one person and second: FNV-1a, then mixed. */
function lot(userId: string, window: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${window} ${userId}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
