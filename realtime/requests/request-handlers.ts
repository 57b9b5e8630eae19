import type { Clock } from '../../common/clock.ts';
import { type AudienceRequestsDeps, audienceRequests } from './audience-requests.ts';
import { createPlaceOrder, type PlaceOrderDeps } from './place-order.ts';
import { createPostChat, type PostChatDeps } from './post-chat.ts';
import { createReadClock } from './read-clock.ts';
import type { Handler } from './request.ts';

export type RequestDeps = PostChatDeps &
  PlaceOrderDeps &
  AudienceRequestsDeps & { readonly clock: Clock };

/** Everything that a room can be asked, by type. */
export function createRequestHandlers(deps: RequestDeps): ReadonlyMap<string, Handler> {
  return new Map([
    ['chat', createPostChat(deps)],
    ['order', createPlaceOrder(deps)],
    ['clock', createReadClock(deps.clock)],
    ...audienceRequests(deps),
  ]);
}
