import { z } from 'zod';
import type { Coalescer } from '../../common/coalesce.ts';
import { PermissionDenied } from '../../common/errors/index.ts';
import type { ChatNews } from '../../common/pulse/index.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import type { ChatPost, Posted } from '../batches/chat-batch.ts';
import { clientId } from './fields.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';
import { requireUser } from './require-user.ts';

const maxCharacters = 200;

const schema = z.object({
  id: clientId,
  text: z
    .string()
    .trim()
    .min(1)
    // Counted as people do, so that an emoji or a rare Hangul syllable is one character.
    .refine((text) => [...text].length <= maxCharacters, `at most ${maxCharacters} characters`),
  kind: z.enum(['normal', 'notice']).default('normal'),
});

export interface PostChatDeps {
  readonly broadcastId: string;
  /** The account that runs the broadcast. */
  readonly hostId: () => string;
  readonly posts: Coalescer<ChatPost, Posted>;
  /**
   * Told of the stored message, which this room may learn of sooner than by the news. Resolves when
   * the room has sent its next patch.
   */
  readonly onPosted: (message: ChatNews) => Promise<void>;
}

/**
 * `chat {id, text, kind?}` -> `{seq, sentAt, kind, userId, name, text}`: says something to everyone who watches the broadcast; or
 * `{held: true}` where it waits for approval. The same `id` said twice is stored once, and answered
 * with what was said first. `notice` is for the host. The answer leaves with the room's next patch: by
 * itself it would be a system call and a packet of its own.
 */
export function createPostChat(deps: PostChatDeps): Handler {
  return async ({ viewer, message, requestId }) => {
    const { userId, name } = requireUser(viewer);
    const { id, text, kind } = parse(schema, message);
    if (kind === 'notice' && userId !== deps.hostId()) {
      throw new PermissionDenied('only the host can announce');
    }
    const stored = await deps.posts.submit({
      requestId,
      message: {
        clientId: id,
        broadcastId: deps.broadcastId,
        userId,
        name,
        text,
        kind: kind === 'notice' ? MessageKind.NOTICE : MessageKind.NORMAL,
      },
    });
    if (stored === 'held') return { held: true };
    await deps.onPosted(stored);
    const { seq, sentAt } = stored;
    // In the shadow others are shown nothing of it; its sender is answered as if it was said.
    if (stored.kind === 'removed') return { seq, sentAt, kind, userId, name, text };
    return { seq, sentAt, kind: stored.kind, userId, name: stored.name, text: stored.text };
  };
}
