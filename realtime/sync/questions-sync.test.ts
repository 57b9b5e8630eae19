import { Decoder, Encoder } from '@colyseus/schema';
import type { BoardNews } from '../../common/pulse/index.ts';
import { createClientPool } from '../../common/rpc/clients.ts';
import { createLiveState, LiveState } from '../state/live-state.ts';
import { createQuestionsSync } from './questions-sync.ts';

const pinned = (changes: Partial<NonNullable<BoardNews['pinned']>> = {}) => {
  return {
    id: 'qst_1',
    name: '김철수',
    text: '왜?',
    answer: '',
    votes: 0,
    pinnedAt: 5,
    ...changes,
  };
};

/** A room's state, and what a viewer who follows its patches sees. */
function following() {
  const state = createLiveState();
  const encoder = new Encoder(state);
  const seen = new LiveState();
  const decoder = new Decoder(seen);
  decoder.decode(encoder.encodeAll());
  encoder.discardChanges();
  // News alone: nothing is asked of these.
  const pool = createClientPool('127.0.0.1:1', '');
  const services = pool.as({ actor: { kind: 'anonymous' } });
  pool.close();
  const sync = createQuestionsSync({ broadcastId: 'brc_1', state, services });
  function learn(board: BoardNews): unknown {
    sync.onNews({ type: 'questions', board });
    sync.tick();
    const bytes = encoder.encode().slice();
    encoder.discardChanges();
    decoder.decode(bytes);
    return seen.questions.toJSON();
  }
  return { learn };
}

describe('the questions in the state', () => {
  it('show what is pinned and answered at once, and take it away', () => {
    const { learn } = following();
    const nothing = { id: '', name: '', text: '', answer: '', votes: 0, pinnedAt: 0 };
    expect(learn({ open: 2, version: 1, pinned: null })).toEqual({ open: 2, pinned: nothing });
    expect(learn({ open: 2, version: 2, pinned: pinned() })).toEqual({ open: 2, pinned: pinned() });
    const answered = pinned({ answer: '그냥' });
    expect(learn({ open: 1, version: 3, pinned: answered })).toEqual({ open: 1, pinned: answered });
    expect(learn({ open: 1, version: 4, pinned: null })).toEqual({ open: 1, pinned: nothing });
  });

  it('leave counts for later, and ignore what is older than what they show', () => {
    const { learn } = following();
    const shown = learn({ open: 1, version: 7, pinned: pinned({ votes: 1 }) });
    expect(learn({ open: 9, version: 7, pinned: null })).toEqual(shown);
    expect(learn({ open: 9, version: 6, pinned: null })).toEqual(shown);
    expect(learn({ open: 2, version: 8, pinned: pinned({ votes: 4 }) })).toEqual(shown);
  });
});
