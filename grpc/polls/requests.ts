import { z } from 'zod';
import { PollStatus } from '../../proto/gen/onair/polls/v1/polls.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { pollStatuses } from './entities.ts';

export const pollStatusCodec = createEnumCodec(PollStatus, pollStatuses);

const broadcastId = idOf('brc');
const pollId = idOf('pol');
const options = { min: 2, max: 10 };
const secondsPerDay = 86_400;

/** One line of text. */
const line = (max: number) =>
  text(1, max).refine((value) => !value.includes('\n'), 'must be one line');

export const createPollSchema = z.object({
  requestId,
  broadcastId,
  question: line(200),
  options: z
    .array(line(100))
    .min(options.min)
    .max(options.max)
    .refine((texts) => new Set(texts).size === texts.length, 'must differ'),
  multiple: z.boolean(),
  hidesResults: z.boolean(),
  durationSeconds: z.literal(0).or(z.number().int().min(5).max(secondsPerDay)),
});
export type CreatePollInput = z.output<typeof createPollSchema>;

export const closePollSchema = z.object({ requestId, pollId });
export type ClosePollInput = z.output<typeof closePollSchema>;

export const pollIdSchema = z.object({ pollId });
export const broadcastIdSchema = z.object({ broadcastId });
export const listPollsSchema = z.object({ broadcastId, pageSize, pageToken: z.string() });

/** Votes in one call. */
export const maxVotesPerCall = 500;

export const newVoteSchema = z.object({
  requestId,
  pollId,
  userId: idOf('usr'),
  choices: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(options.max - 1),
    )
    .min(1)
    .max(options.max)
    .refine((choices) => new Set(choices).size === choices.length, 'must name each option once')
    .transform((choices) => choices.toSorted((a, b) => a - b)),
});

export const expirePollsSchema = z.object({ pollIds: z.array(pollId).max(500) });
export const endPollsSchema = z.object({ broadcastIds: z.array(broadcastId).max(500) });
