import { routes } from '../context.ts';
import { chatSpec } from '../spec/chat.ts';

/** Chat history; live chat is the rooms'. */
export const chatRoutes = routes(chatSpec, {
  async listMessages({ params, query }, { clients }) {
    const { afterSeq, beforeSeq, limit } = query;
    const { messages, lastSeq } = await clients.chat.listMessages({
      ...params,
      position:
        afterSeq === undefined
          ? { $case: 'beforeSeq', value: beforeSeq ?? 0 }
          : { $case: 'afterSeq', value: afterSeq },
      limit,
    });
    return { items: messages, lastSeq };
  },
});
