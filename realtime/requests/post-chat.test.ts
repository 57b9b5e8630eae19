import { createCoalescer } from '../../common/coalesce.ts';
import type { ChatNews } from '../../common/pulse/index.ts';
import type { ChatPost, Posted } from '../batches/chat-batch.ts';
import type { Viewer } from '../viewer.ts';
import { createPostChat } from './post-chat.ts';

const ann: Viewer = {
  ...{ kind: 'user', userId: 'usr_1', name: '앤', loginId: 'ses_1', role: 'viewer' },
};
const first: ChatNews = {
  ...{ seq: 7, kind: 'normal', userId: 'usr_1', name: '앤', text: '처음 한 말', sentAt: 1_000 },
};

/** What Ann is answered when the services have this for what she says. */
async function answer(stored: Posted, text: string) {
  const posts = createCoalescer<ChatPost, Posted>({
    ...{ name: 'chat', maxBatch: 1, maxQueue: 1 },
    run: async () => [{ status: 'fulfilled', value: stored }],
  });
  const told: ChatNews[] = [];
  const post = createPostChat({
    ...{ broadcastId: 'brc_1', hostId: () => 'usr_2', posts },
    onPosted: async (message) => void told.push(message),
  });
  const answered = await post({ viewer: ann, message: { id: 'a', text }, requestId: 'req_1' });
  return { answered, told };
}

describe('chat', () => {
  it('is answered with what is stored: said again in other words, with those of the first time', async () => {
    const { answered, told } = await answer(first, '고쳐 한 말');
    expect(answered).toEqual(first);
    expect(told).toEqual([first]);
  });

  it('is answered as if it was said where nobody is to read it, and shown to nobody', async () => {
    const hidden: ChatNews = { ...first, kind: 'removed', userId: '', name: '', text: '' };
    const { answered, told } = await answer(hidden, '속닥속닥');
    expect(answered).toEqual({ ...first, text: '속닥속닥' });
    expect(told).toEqual([hidden]);
  });

  it('is answered `held` while it waits, and no room is told', async () => {
    expect(await answer('held', '안녕')).toEqual({ answered: { held: true }, told: [] });
  });
});
