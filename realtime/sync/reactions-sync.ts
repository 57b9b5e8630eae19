import type { BroadcastNews } from '../../common/pulse/index.ts';
import type { SubjectSync, SubjectSyncDeps } from './audience-sync.ts';
import { createPaced } from './paced.ts';

/** Hearts in the state: the largest total that anyone told of, about once a second. */
export function createReactionsSync({
  broadcastId,
  state,
  services,
}: SubjectSyncDeps<'reactions'>): SubjectSync {
  let most = 0;
  const hearts = createPaced<number>((total) => {
    state.hearts = total;
  }, 1_000);

  /** Totals never fall, so a smaller one is only older. */
  function learn(total: number): void {
    if (total <= most) return;
    most = total;
    hearts.offer(total);
  }

  return {
    onNews(news: BroadcastNews) {
      if (news.type === 'hearts') learn(news.hearts);
    },
    async refresh() {
      learn((await services.reactions.getReactions({ broadcastId })).hearts);
    },
    tick: hearts.tick,
  };
}
