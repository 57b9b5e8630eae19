import type { Clients } from '../../common/rpc/clients.ts';
import type { LiveState } from '../state/live-state.ts';
import type { MessageRing } from '../state/message-ring.ts';
import { chatModeNames } from '../state/names.ts';
import { showRemovals } from '../state/removal-list.ts';
import { createRerun } from './rerun.ts';

export interface RulesSyncDeps {
  readonly broadcastId: string;
  readonly state: LiveState;
  readonly ring: MessageRing;
  readonly chat: Pick<Clients['chat'], 'getRoomChat'>;
  /** Changes the state at the next tick. */
  readonly later: (change: () => void) => void;
}

/**
 * Reads the rules of the chat and which of its messages were removed, and shows both.
 * @throws DomainError as ChatService.GetRoomChat
 */
export function createRulesSync(deps: RulesSyncDeps): () => Promise<void> {
  const { broadcastId, state, ring, chat, later } = deps;
  return createRerun(async () => {
    const fromSeq = oldestShown(state);
    const { mode, slowModeSeconds, removedSeqs, newestRemovedSeqs } = await chat.getRoomChat({
      ...{ broadcastId, fromSeq },
    });
    later(() => {
      const name = chatModeNames[mode];
      state.chat.assign({ mode: name, frozen: name === 'frozen', slowModeSeconds });
      ring.remove(removedSeqs);
      showRemovals(state.removals, newestRemovedSeqs);
    });
  });
}

/** Number of the oldest message in the ring; 0 if there is none. */
function oldestShown({ messages }: LiveState): number {
  const seqs = messages.map(({ seq }) => seq).filter((seq) => seq > 0);
  return seqs.length === 0 ? 0 : Math.min(...seqs);
}
