import type { Clients } from '../../common/rpc/clients.ts';
import type { LiveState } from '../state/live-state.ts';
import type { MessageRing } from '../state/message-ring.ts';
import { chatModeNames } from '../state/names.ts';
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
    const { mode, slowModeSeconds, removedSeqs } = await chat.getRoomChat({ broadcastId });
    later(() => {
      const name = chatModeNames[mode];
      state.chat.assign({ mode: name, frozen: name === 'frozen', slowModeSeconds });
      ring.remove(removedSeqs);
    });
  });
}
