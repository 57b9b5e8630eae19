import { createClientPool } from '../../common/rpc/clients.ts';
import { createLiveState } from '../state/live-state.ts';
import { createPurchasesSync } from './purchases-sync.ts';

describe('the newest purchase in the state', () => {
  const broadcastId = 'brc_1';
  const nothing = { text: '', count: 0, at: 0 };

  /** A room's state; the services have this notice when they are asked. */
  function following(stored = { seq: 0, text: '', orders: 0, toldAt: new Date(0) }) {
    const state = createLiveState();
    const pool = createClientPool('127.0.0.1:1', '');
    const { chat } = pool.as({ actor: { kind: 'anonymous' } });
    pool.close();
    const getPurchaseNotice = async () => ({ broadcastId, ...stored });
    const services = { chat: { ...chat, getPurchaseNotice } };
    const sync = createPurchasesSync({ broadcastId, state, services });
    return {
      learn(seq: number, text: string): void {
        const orders = text === '' ? 0 : seq;
        sync.onNews({ type: 'purchases', seq, text, orders, toldAt: seq * 1_000 });
      },
      refresh: sync.refresh,
      shown() {
        sync.tick();
        return state.purchases.toJSON();
      },
    };
  }

  it('is the one with the highest number, in whatever order they are told', () => {
    const { learn, shown } = following();
    expect(shown()).toEqual(nothing);
    for (const [seq, text] of [
      [3, '셋'],
      [2, '둘'],
    ] as const) {
      learn(seq, text);
      expect(shown()).toEqual({ text: '셋', count: 3, at: 3_000 });
    }
  });

  it('is gone once it was removed, and comes back neither by late news nor by a late read', async () => {
    const { learn, shown, refresh } = following({
      ...{ seq: 3, text: '셋', orders: 3, toldAt: new Date(3_000) },
    });
    await refresh();
    expect(shown()).toMatchObject({ text: '셋' });
    learn(2, '');
    expect(shown()).toMatchObject({ text: '셋' });
    learn(3, '');
    expect(shown()).toEqual(nothing);
    learn(3, '셋');
    learn(2, '둘');
    await refresh();
    expect(shown()).toEqual(nothing);
    learn(4, '넷');
    expect(shown()).toEqual({ text: '넷', count: 4, at: 4_000 });
  });

  it('is none for a room that opens after it was removed', async () => {
    const { shown, refresh } = following({
      ...{ seq: 3, text: '', orders: 0, toldAt: new Date(3_000) },
    });
    await refresh();
    expect(shown()).toEqual(nothing);
  });
});
