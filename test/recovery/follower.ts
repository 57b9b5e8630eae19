import { randomUUID } from 'node:crypto';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import {
  type ChatMessage,
  connectToBroadcast,
  type LiveClient,
  type LiveError,
  type LiveEvents,
  type LiveOptions,
} from '../../realtime/client/index.ts';
import { newWords } from '../live-room/words.ts';
import type { World } from '../live-room/world.ts';

/** A viewer with our client, and all that it told. */
export interface Follower {
  readonly live: LiveClient;
  readonly messages: readonly ChatMessage[];
  readonly lost: readonly LiveEvents['notRecovered'][];
  readonly omitted: readonly LiveEvents['omitted'][];
  readonly online: readonly LiveEvents['online'][];
  readonly offline: readonly LiveEvents['offline'][];
  readonly refusals: readonly LiveError[];
  /** Numbers of the messages delivered, in that order. */
  seqs(): number[];
}

/** Settings under which tests need not wait long. */
const quick = { backoff: { baseMs: 50, ceilingMs: 500 }, quietMs: 1_000, timeoutMs: 4_000 };

/** Watches from the first message on; resolves when inside. */
export async function follow(world: World, options: Partial<LiveOptions> = {}): Promise<Follower> {
  const follower = begin(world, options);
  await follower.live.ready;
  return follower;
}

/** As `follow`, without waiting for anything. */
export function begin(world: World, options: Partial<LiveOptions> = {}): Follower {
  const { onair, shop } = world;
  const messages: ChatMessage[] = [];
  const lost: LiveEvents['notRecovered'][] = [];
  const omitted: LiveEvents['omitted'][] = [];
  const online: LiveEvents['online'][] = [];
  const offline: LiveEvents['offline'][] = [];
  const refusals: LiveError[] = [];
  const live = connectToBroadcast({
    ...quick,
    realtimeUrl: onair.realtimeUrls,
    apiUrl: onair.apiUrls[0] ?? '',
    broadcastId: shop.broadcastId,
    startAt: { afterSeq: 0 },
    ...options,
  });
  live.on('message', (message) => messages.push(message));
  live.on('notRecovered', (range) => lost.push(range));
  live.on('omitted', (range) => omitted.push(range));
  live.on('online', (how) => online.push(how));
  live.on('offline', (end) => offline.push(end));
  live.on('refused', (error) => refusals.push(error));
  const seqs = () => messages.map(({ seq }) => seq);
  return { live, messages, lost, omitted, online, offline, refusals, seqs };
}

/** The host, who may say as much as they like, says `count` things; the rooms hear by news. */
export async function say({ onair, shop }: World, count: number): Promise<void> {
  const { chat } = onair.rpc.as({ actor: { kind: 'service', name: 'test' } });
  for (let left = count; left > 0; left -= 100) {
    const messages = Array.from({ length: Math.min(left, 100) }, () => ({
      clientId: randomUUID(),
      broadcastId: shop.broadcastId,
      userId: shop.seller.user.id,
      name: 'seller',
      text: `말 ${newWords()}`,
      kind: MessageKind.NORMAL,
    }));
    const { outcomes } = await chat.postMessages({ messages });
    expect(outcomes.every(({ result }) => result?.$case === 'message')).toBe(true);
  }
}

/** 1, 2, 3, ... */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}
