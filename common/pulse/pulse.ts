import type { BroadcastNews, SessionNews, StockNews } from './events.ts';

/** Stops a subscription. */
export type Unsubscribe = () => void;

/**
 * Ephemeral news between processes, published after a commit. It is a hint, never the truth:
 * delivery is at most once and in no promised order, so whoever needs the truth reads the services.
 */
export interface Pulse {
  publishBroadcast(broadcastId: string, news: BroadcastNews): void;
  publishStock(news: StockNews): void;
  publishSessions(news: SessionNews): void;
  onBroadcast(broadcastId: string, handler: (news: BroadcastNews) => void): Unsubscribe;
  onStock(handler: (news: StockNews) => void): Unsubscribe;
  onSessions(handler: (news: SessionNews) => void): Unsubscribe;
  /**
   * How often, so far, news may have been lost on its way here. Whoever has seen a smaller number
   * reads again what news told of. What is lost on its way out is not counted.
   */
  readonly losses: number;
  close(): Promise<void>;
}
