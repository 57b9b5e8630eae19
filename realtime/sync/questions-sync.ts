import type { BoardNews, BroadcastNews } from '../../common/pulse/index.ts';
import type { QuestionBoard } from '../../proto/gen/onair/questions/v1/questions.ts';
import type { LiveState } from '../state/live-state.ts';
import type { SubjectSync, SubjectSyncDeps } from './audience-sync.ts';
import { createPaced } from './paced.ts';

/**
 * The pinned question in the state, at once, and the counts about once a second. News is taken over
 * by version, so what comes late or twice changes nothing.
 */
export function createQuestionsSync({
  broadcastId,
  state,
  services,
}: SubjectSyncDeps<'questions'>): SubjectSync {
  let known: BoardNews | undefined;
  const shown = createPaced<BoardNews>((board) => showBoard(state, board), 1_000);

  function learn(board: BoardNews): void {
    if (known !== undefined && board.version <= known.version) return;
    const isOther =
      board.pinned?.id !== known?.pinned?.id || board.pinned?.answer !== known?.pinned?.answer;
    known = board;
    shown.offer(board, isOther);
  }

  return {
    onNews(news: BroadcastNews) {
      if (news.type === 'questions') learn(news.board);
    },
    async refresh() {
      learn(toBoardNews(await services.questions.getQuestionBoard({ broadcastId })));
    },
    tick: shown.tick,
  };
}

const nothing = { id: '', name: '', text: '', answer: '', votes: 0, pinnedAt: 0 };

function showBoard({ questions }: LiveState, { open, pinned }: BoardNews): void {
  questions.open = open;
  questions.pinned.assign(pinned ?? nothing);
}

/** A board as it was read, in the form in which news carries it. */
function toBoardNews({ openCount, pinned, pinnedAt, version }: QuestionBoard): BoardNews {
  if (pinned === undefined) return { open: openCount, version, pinned: null };
  const { id, name, text, answer, votes } = pinned;
  const shown = { id, name, text, answer, votes, pinnedAt: pinnedAt?.getTime() ?? 0 };
  return { open: openCount, version, pinned: shown };
}
