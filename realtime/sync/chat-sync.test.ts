import type { ChatNews } from '../../common/pulse/index.ts';
import { type Message, MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import { createChatSync } from './chat-sync.ts';

const message = (seq: number, sentAt: number): Message => ({
  ...{ broadcastId: 'brc_1', seq, kind: MessageKind.NORMAL, userId: 'usr_1', name: '가' },
  ...{ text: `말 ${seq}`, sentAt: new Date(sentAt), orders: 0 },
});

/** A history of messages a second apart, read as the services answer it. */
function setUp() {
  const history: Message[] = [];
  const shown: { readonly seqs: readonly number[]; readonly completeFrom: number | undefined }[] =
    [];
  const sync = createChatSync({
    broadcastId: 'brc_1',
    chat: {
      async listMessages({ position, limit = 0 }) {
        const lastSeq = history.length;
        const page =
          position?.$case === 'afterSeq'
            ? history.filter(({ seq }) => seq > (position.value ?? 0)).slice(0, limit)
            : history
                .filter(({ seq }) => position?.value === 0 || seq < (position?.value ?? 0))
                .slice(-limit)
                .reverse();
        return { messages: page, lastSeq, firstAvailableSeq: 1, hasMore: false, unavailable: 0 };
      },
    },
    show: (messages, completeFrom) =>
      shown.push({ seqs: messages.map(({ seq }) => seq), completeFrom }),
    onError: () => undefined,
  });
  function say(count: number): void {
    for (let i = 0; i < count; i += 1) {
      history.push(message(history.length + 1, history.length * 1_000));
    }
  }
  const news = (seq: number): ChatNews => ({
    ...{ seq, kind: 'normal', userId: 'usr_1', name: '가', text: `말 ${seq}`, sentAt: seq },
  });
  return { sync, say, news, shown };
}

describe('the chat that a room reads', () => {
  it('is all of a short one', async () => {
    const { sync, say, shown } = setUp();
    say(30);
    await sync.refresh();
    expect(shown.map(({ seqs, completeFrom }) => [seqs.length, completeFrom])).toEqual([
      [30, undefined],
    ]);
  });

  it('is the end of a long one, and it says where that begins', async () => {
    const { sync, say, shown } = setUp();
    say(10_000);
    await sync.refresh();
    expect(shown.map(({ seqs, completeFrom }) => [seqs[0], completeFrom])).toEqual([
      [9_901, 9_901],
    ]);
  });

  it('goes on without a gap after what was missed, unless that is too much to read', async () => {
    const { sync, say, news, shown } = setUp();
    say(10);
    await sync.refresh();
    say(300);
    sync.offer([news(310)]);
    await sync.refresh();
    say(900);
    await sync.refresh();
    expect(shown.map(({ seqs, completeFrom }) => [seqs[0], seqs.at(-1), completeFrom])).toEqual([
      [1, 10, undefined],
      [11, 310, undefined],
      [1_111, 1_210, 1_111],
    ]);
  });
});
