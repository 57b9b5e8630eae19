import { Decoder, Encoder } from '@colyseus/schema';
import type { PollNews } from '../../common/pulse/index.ts';
import { createClientPool } from '../../common/rpc/clients.ts';
import { createLiveState, LiveState } from '../state/live-state.ts';
import { createPollsSync } from './polls-sync.ts';

function news(changes: Partial<PollNews> & { texts?: string[]; votes?: number[] } = {}): PollNews {
  const { texts = ['빨강', '파랑'], votes = [], ...rest } = changes;
  return {
    ...{ id: 'pol_1', ordinal: 1, question: '색?', multiple: false, hidesResults: false },
    ...{ status: 'open', openedAt: 1, endsAt: 0, closedAt: 0, voters: 0, version: 1 },
    options: texts.map((text, i) => ({ text, votes: votes[i] ?? 0 })),
    ...rest,
  };
}

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
  const sync = createPollsSync({ broadcastId: 'brc_1', state, services });
  function patch(): Uint8Array {
    sync.tick();
    const bytes = encoder.encode().slice();
    encoder.discardChanges();
    decoder.decode(bytes);
    return bytes;
  }
  return { sync, seen, patch };
}

describe('the poll in the state', () => {
  it('is what opens, closes and opens next, whatever its options are', () => {
    const { sync, seen, patch } = following();
    for (const poll of [
      news(),
      news({ version: 2, status: 'closed', closedAt: 9, votes: [1, 0], voters: 1 }),
      news({ id: 'pol_2', ordinal: 2, texts: ['가', '나', '다', '라'] }),
      news({ id: 'pol_3', ordinal: 3, texts: ['하나', '둘'], endsAt: 60 }),
    ]) {
      sync.onNews({ type: 'poll', poll });
      patch();
      const { ordinal: _, version: __, ...shown } = poll;
      expect(seen.poll.toJSON()).toEqual(shown);
    }
  });

  it('takes over nothing that is older than what it shows', () => {
    const { sync, seen, patch } = following();
    const poll = news({ id: 'pol_2', ordinal: 2, version: 5, votes: [3, 1], voters: 4 });
    sync.onNews({ type: 'poll', poll });
    patch();
    for (const old of [
      news({ ordinal: 1, version: 9 }),
      { ...poll, version: 5, voters: 9 },
      { ...poll, version: 4, status: 'closed' as const },
    ]) {
      sync.onNews({ type: 'poll', poll: old });
      expect(patch()).toHaveLength(0);
    }
    expect(seen.poll).toMatchObject({ id: 'pol_2', voters: 4, status: 'open' });
  });

  it('counts once a second at most, however many batches of votes there are', () => {
    const { sync, seen, patch } = following();
    sync.onNews({ type: 'poll', poll: news() });
    patch();
    for (let version = 2; version < 100; version += 1) {
      sync.onNews({ type: 'poll', poll: news({ version, voters: version, votes: [version] }) });
      expect(patch()).toHaveLength(0);
    }
    const closed = news({ version: 100, voters: 99, votes: [99], status: 'closed', closedAt: 5 });
    sync.onNews({ type: 'poll', poll: closed });
    patch();
    expect(seen.poll).toMatchObject({ voters: 99, status: 'closed' });
  });
});
