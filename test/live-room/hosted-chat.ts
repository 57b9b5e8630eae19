import { randomUUID } from 'node:crypto';
import { type components, unwrap } from '../../api/client/index.ts';
import { attempt, openShop, type Person, type Shop } from '../rest-shop.ts';
import type { Viewer } from './viewer.ts';
import { type InWorld, leaveAll, watchAll } from './world.ts';

type SettingsChange = Partial<components['schemas']['UpdateChatSettingsBody']>;

/** A chat with its host, in which a suite seats people and sets rules. */
export interface HostedChat {
  readonly shop: Shop;
  readonly host: Person;
  readonly path: { readonly broadcastId: string };
  /** They leave after the test. */
  seat(...people: readonly Person[]): Promise<readonly Viewer[]>;
  set(change: SettingsChange): Promise<void>;
}

/** What holds where nothing is set, but that people may talk as fast as tests do. */
const open: SettingsChange = {
  ...{ mode: 'everyone', slowModeSeconds: 0, repeatLimit: 0 },
  ...{ floodMessages: 0, roomMessagesPerSecond: 0 },
};

/**
 * A chat of the suite's own, for what is removed or set in it is seen by all; its rules are open
 * again after each test.
 */
export function hostChat(inWorld: InWorld): () => HostedChat {
  let chat: HostedChat;
  let viewers: readonly Viewer[] = [];
  beforeAll(async () => {
    const shop = await openShop(inWorld().onair);
    const host = shop.seller;
    const path = { broadcastId: shop.broadcastId };
    chat = {
      ...{ shop, host, path },
      async seat(...people) {
        viewers = await watchAll(inWorld(), people, path.broadcastId);
        return viewers;
      },
      set: (change) => setChat(shop, change),
    };
  });
  afterEach(async () => {
    await chat.set(open);
    await leaveAll(viewers);
  });
  return () => chat;
}

/** Changes rules of the chat of a shop. */
export async function setChat({ seller, broadcastId }: Shop, change: SettingsChange) {
  const settings = '/v1/broadcasts/{broadcastId}/chat-settings';
  const path = { broadcastId };
  const { version } = await unwrap(seller.api.GET(settings, { params: { path } }));
  const body = { version, reason: '', ...change };
  await unwrap(seller.api.PATCH(settings, { params: { path, ...attempt() }, body }));
}

export const say = (viewer: Viewer | undefined, text: string) =>
  viewer?.ask('chat', { id: randomUUID(), text });

/** The RoomError that a message is refused with. */
export const refusal = (viewer: Viewer | undefined, text: string) =>
  viewer?.refusal('chat', { id: randomUUID(), text });
