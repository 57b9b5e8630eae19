import type { Announcement } from './announcement.ts';
import { clipSummary } from './purchase-text.ts';

/** A deal as its room is told of it. */
export interface ToldDeal {
  readonly dealId: string;
  readonly broadcastId: string;
  /** Since when the broadcast is live; absent while it is not. */
  readonly liveSince?: number | undefined;
  /** What it is on. */
  readonly name: string;
  /** Won a unit. */
  readonly price: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly remaining: number;
}

/**
 * What there is to say of a deal now: that it began, that nothing is left of it, or that it is over.
 * Nothing of one that nobody could see open: it was called off before, or over before the broadcast
 * was live. Each is of one key, and so is said once however often this is asked.
 */
export function dealNews(deal: ToldDeal, now: number): readonly Announcement[] {
  const { dealId, broadcastId, liveSince, startsAt, endsAt } = deal;
  if (liveSince === undefined || now < startsAt || startsAt === endsAt) return [];
  const name = clipSummary(deal.name);
  const say = (what: string, text: string) => ({ broadcastId, key: `${what}:${dealId}`, text });
  if (endsAt <= now) {
    return endsAt > liveSince ? [say('deal-ended', `${name} 특가가 끝났어요`)] : [];
  }
  const price = deal.price.toLocaleString('ko-KR');
  return [
    say('deal-began', `${name} 특가가 시작됐어요: ${price}원`),
    ...(deal.remaining === 0 ? [say('deal-sold-out', `${name} 특가가 매진됐어요`)] : []),
  ];
}
