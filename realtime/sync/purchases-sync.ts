import type { BroadcastNews, PurchaseNews } from '../../common/pulse/index.ts';
import type { SubjectSync, SubjectSyncDeps } from './audience-sync.ts';

/**
 * The newest purchase notice in the state. Notices are as rare as the services make them. One without
 * a text was removed: the same with its text, told or read late, does not come back.
 */
export function createPurchasesSync({
  broadcastId,
  state,
  services,
}: SubjectSyncDeps<'chat'>): SubjectSync {
  let newest = 0;
  let fresh: PurchaseNews | undefined;

  function learn(notice: PurchaseNews): void {
    const isRemoval = notice.seq === newest && notice.text === '';
    if (notice.seq <= newest && !isRemoval) return;
    newest = notice.seq;
    fresh = notice;
  }

  return {
    onNews(news: BroadcastNews) {
      if (news.type === 'purchases') learn(news);
    },
    async refresh() {
      const { seq, text, orders, toldAt } = await services.chat.getPurchaseNotice({ broadcastId });
      learn({ seq, text, orders, toldAt: toldAt?.getTime() ?? 0 });
    },
    tick() {
      if (fresh === undefined) return;
      const { text, orders: count, toldAt } = fresh;
      state.purchases.assign({ text, count, at: text === '' ? 0 : toldAt });
      fresh = undefined;
    },
  };
}
