import { HeldState } from '../../proto/gen/onair/chat/v1/moderation.ts';
import type { Handlers } from '../context.ts';
import { page } from '../page.ts';
import type { chatModerationSpec } from '../spec/chat-moderation.ts';

/** Keeping order in chats: rules, banned words, mutes, messages that wait, and the log of it. */
export const moderationHandlers: Handlers<typeof chatModerationSpec> = {
  getChatSettings: ({ params }, { clients }) => clients.chat.getChatSettings(params),

  updateChatSettings: ({ params, body }, { clients, idempotencyKey }) =>
    clients.chat.updateChatSettings({ ...params, ...body, requestId: idempotencyKey }),

  addBannedWords: ({ body }, { clients, idempotencyKey }) =>
    clients.chat.addBannedWords({ ...body, requestId: idempotencyKey }),

  removeBannedWords: ({ body }, { clients, idempotencyKey }) =>
    clients.chat.removeBannedWords({ ...body, requestId: idempotencyKey }),

  async listBannedWords({ query }, { clients }) {
    const { words, nextPageToken } = await clients.chat.listBannedWords(query);
    return page(words, nextPageToken);
  },

  muteUser: ({ params, body }, { clients, idempotencyKey }) =>
    clients.chat.muteUser({ ...params, ...body, requestId: idempotencyKey }),

  async unmuteUser({ params, query }, { clients, idempotencyKey }) {
    await clients.chat.unmuteUser({ ...params, ...query, requestId: idempotencyKey });
    return undefined;
  },

  async listSanctions({ params, query }, { clients }) {
    const { sanctions, nextPageToken } = await clients.chat.listSanctions({ ...params, ...query });
    return page(sanctions, nextPageToken);
  },

  async listHeldMessages({ params, query }, { clients }) {
    const { messages, nextPageToken } = await clients.chat.listHeldMessages({
      ...params,
      ...query,
      state: query.state ?? HeldState.UNSPECIFIED,
    });
    return page(messages, nextPageToken);
  },

  resolveHeldMessage: ({ params, body }, { clients, idempotencyKey }) =>
    clients.chat.resolveHeldMessage({ ...params, ...body, requestId: idempotencyKey }),

  async removeMessage({ params, query }, { clients, idempotencyKey }) {
    await clients.chat.removeMessage({ ...params, ...query, requestId: idempotencyKey });
    return undefined;
  },

  async listModeration({ query }, { clients }) {
    const { entries, nextPageToken } = await clients.chat.listModeration(query);
    const items = entries.map(({ detailJson, ...entry }) => ({ ...entry, detail: detailJson }));
    return page(items, nextPageToken);
  },
};
