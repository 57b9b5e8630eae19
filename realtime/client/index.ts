export type { UserRole } from '../viewer.ts';
export type { SeqRange } from './chat-feed.ts';
export type { ChatMessage } from './chat-window.ts';
export {
  type ChatAnswer,
  type ChatOptions,
  connectToBroadcast,
  type LiveClient,
  newClientId,
  type OrderAnswer,
  type OrderLine,
} from './live-client.ts';
export type { LiveEvents, LiveOptions, LiveStatus } from './options.ts';
export { LiveError } from './refusal.ts';
export type { RequestOptions } from './requests.ts';
export type { LiveRoom } from './seat.ts';
