import { type SchemaType, schema, t } from '@colyseus/schema';

/** The newest purchase message, to be shown first; without one the text is empty. */
export const Purchases = schema(
  {
    text: t.string().default(''),
    /** Paid orders that it counts. */
    count: t.number().default(0),
    /** Epoch milliseconds of the server's clock. */
    at: t.number().default(0),
  },
  'Purchases',
);

/** One of the answers of a poll; votes are 0 while results are hidden. */
export const PollOption = schema(
  { text: t.string().default(''), votes: t.number().default(0) },
  'PollOption',
);
export type PollOption = SchemaType<typeof PollOption>;

/**
 * The newest poll of the broadcast; without one the id is empty. Times are epoch milliseconds of
 * the server's clock, 0 where there is none.
 */
export const Poll = schema(
  {
    id: t.string().default(''),
    question: t.string().default(''),
    multiple: t.boolean().default(false),
    hidesResults: t.boolean().default(false),
    status: t.string<'open' | 'closed'>().default('closed'),
    openedAt: t.number().default(0),
    endsAt: t.number().default(0),
    closedAt: t.number().default(0),
    voters: t.number().default(0),
    options: t.array(PollOption),
  },
  'Poll',
);
export type Poll = SchemaType<typeof Poll>;

/** The pinned question; without one the id is empty and `pinnedAt` is 0. */
const PinnedQuestion = schema(
  {
    id: t.string().default(''),
    name: t.string().default(''),
    text: t.string().default(''),
    answer: t.string().default(''),
    votes: t.number().default(0),
    pinnedAt: t.number().default(0),
  },
  'PinnedQuestion',
);

/** Questions to the host: how many wait for an answer, and the one that is pinned. */
export const Questions = schema(
  { open: t.number().default(0), pinned: t.ref(PinnedQuestion) },
  'Questions',
);
export type Questions = SchemaType<typeof Questions>;
