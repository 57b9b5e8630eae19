import { newId } from '../../common/ids.ts';
import { accepted, type Outcome, type Reader, refused, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { followKey } from '../follows/index.ts';
import { lockChannelsFirst } from './channels.ts';
import { createChatBook, type MessageToStore } from './chat-book.ts';
import { type BroadcastFacts, type NewMessage, refuseMessage } from './chat-policy.ts';
import type { ChatChannelRow, ChatMessageRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { findHeld, insertHeld, publishHeld } from './held-store.ts';
import type { ChatHeldRow } from './moderation-entities.ts';
import { type HoldReason, judgeMessage } from './policy/judge-message.ts';
import { advancePace } from './policy/pace.ts';
import { readText } from './policy/reading.ts';
import { silencesOf } from './sanctions-store.ts';
import { newSpeaker, readSpeakers, type Speaker, speakerKey, writeSpeakers } from './speakers.ts';
import { findStored, type MessageIdentity } from './store.ts';
import { operator, type WordLists } from './word-lists.ts';

/** Where chat learns who follows a seller; the follows domain is one. */
export interface FollowersLookup {
  /** Those of the pairs that are follows, by `followKey`. */
  followersAmong(
    read: Reader,
    pairs: readonly { readonly sellerId: string; readonly userId: string }[],
  ): Promise<ReadonlyMap<string, unknown>>;
}

export interface SayDeps extends Pick<DomainDeps, 'clock' | 'pulse'> {
  readonly broadcasts: BroadcastLookup;
  readonly followers: FollowersLookup;
  readonly words: WordLists;
}

/** What goes through the chat's batches: what people want to say, and what the platform says. */
export type Utterance =
  | { readonly by: 'person'; readonly message: NewMessage; readonly sellerId: string }
  | { readonly by: 'platform'; readonly message: MessageToStore };

/** What became of a message that was not refused: its row, or it waits for approval. */
export type Posted = ChatMessageRow | 'held';

const noFacts: ReadonlyMap<string, BroadcastFacts> = new Map();

type Spoken = Extract<Utterance, { by: 'person' }>;

/**
 * Judges a batch message by message, in order, under the lock of the chats: slow mode, floods and
 * repeats are counted over all rooms and processes, and every message is judged by the settings and
 * mutes of its moment. A message that was stored or held before is answered as it was then. How often
 * it reads does not grow with the number of messages, and what it writes travels with the commit.
 *
 * Hardly any message was said before, so they are looked for only where it makes a difference: when
 * one is refused or has to wait, all are judged once more beside what is stored; and one that is
 * stored already fails the batch, which is then run `again`.
 */
export async function sayMessages(
  deps: SayDeps,
  tx: Tx,
  utterances: readonly Utterance[],
  again: boolean,
): Promise<Outcome<Posted>[]> {
  const messages = utterances.map(({ message }) => message);
  const spoken = utterances.filter((one) => one.by === 'person');
  const ids = [...new Set(messages.map(({ broadcastId }) => broadcastId))];
  // Asked at once: the locks and what is read behind them are one round trip.
  const locking = lockChannelsFirst(tx, deps.broadcasts, ids);
  const read = () =>
    Promise.all([
      again ? findStored(tx, messages) : [],
      readPicture(deps, tx, spoken),
      spoken.length === 0 ? noFacts : deps.broadcasts.factsOf(ids, tx),
    ]);
  const [{ channels, made }, early] = await Promise.all([locking, read()]);
  const [found, picture, facts] = made ? await read() : early;
  const now = deps.clock.now();
  const follows = await readFollows(deps, tx, channels, spoken);
  const heldBefore = await readHeldBefore(tx, spoken, picture.speakers);

  /** Judges all beside what is known to be stored; nothing is written yet. */
  function judgeAll(stored: readonly ChatMessageRow[]) {
    const book = createChatBook(tx, deps.pulse, new Map(channels), stored);
    const held = new Set(heldBefore);
    const fresh: ChatHeldRow[] = [];
    const changed = new Map<string, Speaker>();

    function judge({ message, sellerId }: Spoken): Outcome<Posted> {
      const key = speakerKey(message);
      const identity = `${key} ${message.clientId}`;
      const before = book.stored(message);
      if (before !== undefined) return accepted<Posted>(before);
      if (held.has(identity)) return accepted<Posted>('held');
      const refusal = refuseMessage(message, facts.get(message.broadcastId));
      if (refusal !== undefined) return refused<Posted>(refusal);
      const { standing, silence } = picture.of(message);
      const { roomSecond, roomCount, ...settings } = book.channel(message.broadcastId);
      const speaker = changed.get(key) ?? picture.speakers.get(key) ?? newSpeaker(message);
      const reading = readText(message.text);
      const verdict = judgeMessage(reading, {
        ...{ now, settings, pace: speaker.pace, role: standing.role, waits: true },
        bannedUntil: standing.bannedUntil ?? 0,
        mutedUntil: silence.mutedUntil,
        follows: follows.has(followKey({ sellerId, userId: message.userId })),
        operatorWords: deps.words.of(operator),
        sellerWords: deps.words.of(sellerId),
        room: { second: roomSecond, count: roomCount },
      });
      if (verdict.kind === 'refuse') return refused<Posted>(verdict.error);
      const isHeld = verdict.kind === 'hold';
      const isPaced = standing.role === 'viewer';
      // Whoever it is: what waits is looked for again only for those of whom this is known.
      if (isPaced || isHeld) {
        const pace = isPaced
          ? advancePace(settings, speaker.pace, reading.gist(), now)
          : speaker.pace;
        changed.set(key, { ...speaker, pace, wasHeld: speaker.wasHeld || isHeld });
      }
      if (isPaced) book.count(message.broadcastId, now);
      if (isHeld) {
        held.add(identity);
        fresh.push(toHeldRow(message, verdict.reason, now));
        return accepted<Posted>('held');
      }
      const inShadow = standing.role !== 'host' && silence.shadowedUntil > now;
      return accepted<Posted>(book.say(message, now, inShadow ? 'shadow' : undefined));
    }

    const outcomes = utterances.map((one) =>
      one.by === 'person' ? judge(one) : accepted<Posted>(book.say(one.message, now)),
    );
    return { outcomes, book, fresh, changed };
  }

  let judged = judgeAll(found);
  if (!again && judged.outcomes.some((one) => !one.ok || one.value === 'held')) {
    const stored = await findStored(tx, messages);
    if (stored.length > 0) judged = judgeAll(stored);
  }
  const { outcomes, book, fresh, changed } = judged;
  await Promise.all([
    book.flush(tx.atCommit),
    writeSpeakers(tx.atCommit, [...changed.values()]),
    insertHeld(tx, fresh),
  ]);
  publishHeld(
    deps.pulse,
    tx,
    fresh.map((row) => row.broadcastId),
  );
  return outcomes;
}

/** Who the speakers are, and what is remembered of them: as much for many messages as for one. */
async function readPicture({ broadcasts, clock }: SayDeps, tx: Tx, spoken: readonly Spoken[]) {
  const byKey = new Map(
    spoken.map(({ message: { broadcastId, userId }, sellerId }) => {
      const key = { broadcastId, sellerId, userId };
      return [speakerKey(key), key] as const;
    }),
  );
  const keys = [...byKey.values()];
  // What ends before the locks are there is over by then too.
  const now = clock.now();
  const hosts = new Map(keys.map(({ broadcastId, sellerId }) => [broadcastId, sellerId]));
  const [speakers, silences, standings] = await Promise.all([
    readSpeakers(tx, keys),
    silencesOf(tx, keys, now),
    broadcasts.standingsOf(tx, keys, hosts),
  ]);
  const people = new Map(
    keys.flatMap((key, i) => {
      const [standing, silence] = [standings[i], silences[i]];
      if (standing === undefined || silence === undefined) return [];
      return [[speakerKey(key), { standing, silence }] as const];
    }),
  );
  return {
    speakers,
    of(message: NewMessage) {
      const person = people.get(speakerKey(message));
      if (person === undefined) throw new Error('a speaker was not looked up');
      return person;
    },
  };
}

/** Followers among the speakers of chats that are for followers; asks nothing if none is. */
async function readFollows(
  { followers }: SayDeps,
  tx: Tx,
  channels: ReadonlyMap<string, ChatChannelRow>,
  spoken: readonly Spoken[],
): Promise<ReadonlyMap<string, unknown>> {
  const pairs = spoken
    .filter(({ message }) => channels.get(message.broadcastId)?.mode === 'followers')
    .map(({ message, sellerId }) => ({ sellerId, userId: message.userId }));
  if (pairs.length === 0) return new Map();
  return followers.followersAmong(tx, pairs);
}

/** Identities of messages that were held before; asks only for people of whom one ever was. */
async function readHeldBefore(
  tx: Tx,
  spoken: readonly Spoken[],
  speakers: ReadonlyMap<string, Speaker>,
): Promise<Set<string>> {
  const suspects = spoken
    .map(({ message }): MessageIdentity => message)
    .filter((message) => speakers.get(speakerKey(message))?.wasHeld === true);
  const held = await findHeld(tx, suspects);
  return new Set(held.map((row) => `${speakerKey(row)} ${row.clientId}`));
}

function toHeldRow(message: NewMessage, reason: HoldReason, now: number): ChatHeldRow {
  const { broadcastId, userId, clientId, name, text } = message;
  return {
    ...{ id: newId('hld'), broadcastId, userId, clientId, name, text, reason, heldAt: now },
    ...{ state: 'waiting', seq: null, resolvedBy: null, resolvedAt: null },
  };
}
