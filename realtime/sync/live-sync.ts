import type { Clock } from '../../common/clock.ts';
import type { Logger } from '../../common/logger.ts';
import type { BroadcastNews, ChatNews, Pulse, StockNews } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { applyBroadcast } from '../state/apply-broadcast.ts';
import { applyDealNews, applyStockNews, indexSkus } from '../state/apply-news.ts';
import { createDealClock } from '../state/deal-clock.ts';
import type { LiveState } from '../state/live-state.ts';
import { createMessageRing } from '../state/message-ring.ts';
import { createAudienceSync } from './audience-sync.ts';
import { createBacklog } from './backlog.ts';
import { createChatSync } from './chat-sync.ts';
import { createFairSample } from './fair-sample.ts';
import { createRereads } from './rereads.ts';
import { createRerun } from './rerun.ts';
import { createRulesSync } from './rules-sync.ts';
import { createTickQueue } from './tick-queue.ts';

/** Milliseconds between two looks whether all is to be read again, for what news failed to tell. */
const lookEveryMs = 5_000;
/** Milliseconds for which the state says that messages are left out, after the last that was. */
const throttledMs = 3_000;

export interface LiveSyncDeps {
  readonly broadcastId: string;
  readonly state: LiveState;
  /** Chat messages of people that are shown in a second; 0 for all. */
  readonly shownPerSecond: number;
  readonly services: Pick<Clients, 'broadcasts' | 'chat' | 'reactions' | 'polls' | 'questions'>;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps a room's state true to the services. */
export interface LiveSync {
  /**
   * Subscribes, then reads broadcast, chat and audience, so that nothing falls between the two;
   * resolves when the state shows them.
   * @throws DomainError NOT_FOUND, or as the services
   */
  start(): Promise<void>;
  /** Changes the state at the next tick. */
  later(change: () => void): void;
  /** Takes messages that this room learned of before the news. */
  offerMessages(messages: readonly ChatNews[]): void;
  /** Brings the state up to date with what was learned since the last tick. Never throws. */
  tick(): void;
  /** Ends the subscriptions and timers. */
  stop(): void;
}

/**
 * News only makes the state fresh sooner: all of it is read again now and then, and within five
 * seconds where news was lost on its way here.
 */
export function createLiveSync(deps: LiveSyncDeps): LiveSync {
  const { broadcastId, state, services, pulse, log } = deps;
  const queue = createTickQueue((error) => log.error({ err: error }, 'a change was not shown'));
  const deals = createDealClock(state, deps.clock);
  const ring = createMessageRing(state);
  const backlog = createBacklog(ring);
  let hostId = '';
  const sample = createFairSample(deps.shownPerSecond, (userId) => userId === hostId);
  const chat = createChatSync({
    broadcastId,
    chat: services.chat,
    show(messages, completeFrom) {
      const shown = sample.take(messages);
      queue.later(() => backlog.add(shown, messages.at(-1)?.seq, completeFrom));
    },
    onError: (error) => log.warn({ err: error }, 'missed messages were not read'),
  });
  const readRules = createRulesSync({
    ...{ broadcastId, state, ring, chat: services.chat, later: queue.later },
  });
  const isReadDue = createRereads(pulse);
  const audience = createAudienceSync({ broadcastId, state, services });
  const stops: (() => void)[] = [];
  let skus = indexSkus(state);
  /** News that came during a read, which may be later than what the read will answer. */
  let held: (() => void)[] | undefined;

  const readBroadcast = createRerun(async () => {
    held = [];
    try {
      const broadcast = await services.broadcasts.getBroadcast({ broadcastId });
      hostId = broadcast.sellerId;
      const since = held;
      queue.later(() => {
        applyBroadcast(state, broadcast);
        skus = indexSkus(state);
        deals.reset();
        for (const apply of since) apply();
      });
    } finally {
      held = undefined;
    }
  });

  /** A removed message that a late piece of news brings back is gone again after the next time. */
  async function readChat(): Promise<void> {
    await Promise.all([chat.refresh(), readRules()]);
  }

  function learn(apply: () => void): void {
    held?.push(apply);
    queue.later(apply);
  }

  function onStock({ skus: levels }: StockNews): void {
    learn(() => applyStockNews(skus, levels));
  }

  function onNews(news: BroadcastNews): void {
    switch (news.type) {
      case 'changed':
        readBroadcast().catch((error: unknown) => log.warn({ err: error }, 'broadcast not read'));
        return;
      case 'chat-changed':
        readRules().catch((error: unknown) => log.warn({ err: error }, 'chat rules not read'));
        return;
      case 'deals':
        learn(() => applyDealNews(state, news.deals));
        return;
      case 'chat':
        chat.offer(news.messages);
        return;
      default:
        audience.onNews(news);
    }
  }

  function tick(): void {
    queue.flush();
    backlog.tick();
    deals.tick();
    audience.tick();
    const throttled = deps.clock.now() < sample.lastOmittedAt + throttledMs;
    if (state.throttled !== throttled) state.throttled = throttled;
  }

  function refresh(): void {
    Promise.all([readBroadcast(), readChat(), audience.refresh()]).catch((error: unknown) => {
      log.warn({ err: error }, 'room not refreshed');
    });
  }

  return {
    async start() {
      stops.push(pulse.onBroadcast(broadcastId, onNews), pulse.onStock(onStock));
      // First who the host is: what is shown of the chat depends on it.
      await readBroadcast();
      await Promise.all([readChat(), audience.refresh()]);
      tick();
      const timer = setInterval(() => {
        if (isReadDue()) refresh();
      }, lookEveryMs);
      stops.push(() => clearInterval(timer));
    },
    later: queue.later,
    offerMessages: chat.offer,
    tick,
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
