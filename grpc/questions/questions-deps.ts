import type { UserActor } from '../../common/auth/index.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { ForeignText, Judgement } from '../chat/index.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { readBoard } from './store.ts';

interface BroadcastFacts {
  readonly status: 'scheduled' | 'live' | 'ended';
}

/** What someone is in a broadcast. */
interface Standing {
  readonly role: 'host' | 'moderator' | 'viewer';
  /** Until when they are kept out, if they are now. */
  readonly bannedUntil?: number;
}

/** What questions need to know of broadcasts; the broadcasts domain answers it. */
export interface QuestionBroadcasts {
  factsOf(ids: readonly string[]): Promise<ReadonlyMap<string, BroadcastFacts>>;
  standingsOf(
    read: Reader,
    pairs: readonly { readonly broadcastId: string; readonly userId: string }[],
  ): Promise<Standing[]>;
  /** @throws NotFound, PermissionDenied unless host, moderator or admin */
  requireAuthority(read: Reader, actor: UserActor, broadcastId: string): Promise<unknown>;
}

/** By whose rules questions are worded; the chat domain knows them. */
export interface QuestionChat {
  /** Before the transaction in which questions of these broadcasts are judged. */
  prepareToJudge(broadcastIds: readonly string[]): Promise<void>;
  /** What becomes of each, in order. */
  judgeTextsIn(read: Reader, texts: readonly ForeignText[]): Promise<readonly Judgement[]>;
}

export interface QuestionsDeps extends DomainDeps {
  readonly broadcasts: QuestionBroadcasts;
  readonly chat: QuestionChat;
}

/** Until when these are kept out, of those who are, by `broadcastId userId`. */
export async function bannedOf(
  { broadcasts }: Pick<QuestionsDeps, 'broadcasts'>,
  tx: Tx,
  pairs: readonly { readonly broadcastId: string; readonly userId: string }[],
): Promise<ReadonlyMap<string, number>> {
  const standings = await broadcasts.standingsOf(tx, pairs);
  return new Map(
    pairs.flatMap(({ broadcastId, userId }, i) => {
      const until = standings[i]?.bannedUntil;
      return until === undefined ? [] : [[`${broadcastId} ${userId}`, until]];
    }),
  );
}

/** Tells the rooms of boards, as this transaction leaves them, once it is committed. */
export async function publishBoards(
  pulse: Pulse,
  tx: Tx,
  broadcastIds: Iterable<string>,
): Promise<void> {
  for (const broadcastId of broadcastIds) {
    const { openCount, version, pinned, pinnedAt } = await readBoard(tx, broadcastId);
    const shown = pinned && {
      id: pinned.id,
      name: pinned.name,
      text: pinned.text,
      answer: pinned.answer ?? '',
      votes: pinned.votes,
      pinnedAt: pinnedAt ?? 0,
    };
    tx.afterCommit(() =>
      pulse.publishBroadcast(broadcastId, {
        type: 'questions',
        board: { open: openCount, version, pinned: shown ?? null },
      }),
    );
  }
}
