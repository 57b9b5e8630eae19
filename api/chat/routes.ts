import type { Actor } from '../../common/auth/index.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { attachment } from '../attachment.ts';
import { routes } from '../context.ts';
import { chatSpec } from '../spec/chat.ts';
import { koreanTime, openChatFile } from './chat-file.ts';
import { moderationHandlers } from './moderation.ts';

/** Chat history; live chat is the rooms'. */
export const chatRoutes = routes(chatSpec, {
  ...moderationHandlers,
  async listMessages({ params, query }, { clients, actor, setHeader }) {
    const { afterSeq, beforeSeq, limit, kind = MessageKind.UNSPECIFIED, userId = '' } = query;
    const { messages, ...page } = await clients.chat.listMessages({
      ...params,
      position:
        afterSeq === undefined
          ? { $case: 'beforeSeq', value: beforeSeq ?? 0 }
          : { $case: 'afterSeq', value: afterSeq },
      limit,
      kind,
      authorId: userId,
    });
    const filtered = kind !== MessageKind.UNSPECIFIED || userId !== '';
    const grows = afterSeq === undefined ? !isPast(beforeSeq, page.lastSeq) : !page.hasMore;
    setHeader('cache-control', filtered ? 'no-store' : cachingOf(grows, actor));
    return { items: messages, ...page };
  },

  async exportMessages({ params }, { clients, setHeader }) {
    const { broadcastId } = params;
    const [{ title, startedAt, scheduledAt }, file] = await Promise.all([
      clients.broadcasts.getBroadcast(params),
      openChatFile(clients.chat, broadcastId),
    ]);
    const day = koreanTime(startedAt ?? scheduledAt).slice(0, 10);
    setHeader('content-disposition', attachment(`채팅 ${day} ${title}`, broadcastId, 'csv'));
    return file;
  },
});

/** Whether nothing that is said from now on comes before this number. */
function isPast(beforeSeq: number | undefined, lastSeq: number): boolean {
  return beforeSeq !== undefined && beforeSeq > 0 && beforeSeq <= lastSeq + 1;
}

/** Seconds that a page to which nothing is added may be kept: a moderator may still take from it. */
const settledSeconds = 10;

/** Thousands who come back at once ask for the same pages, which a cache before us may answer. */
function cachingOf(grows: boolean, actor: Actor): string {
  const audience = actor.kind === 'anonymous' ? 'public' : 'private';
  return grows ? `${audience}, no-cache` : `${audience}, max-age=${settledSeconds}`;
}
