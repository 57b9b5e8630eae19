import { z } from 'zod';
import type { Coalescer } from '../../common/coalesce.ts';
import type { Question } from '../../proto/gen/onair/questions/v1/questions.ts';
import type { QuestionAsk } from '../batches/question-batch.ts';
import { clientId } from './fields.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';
import { requireUser } from './require-user.ts';

/** Longest text taken to the service, which counts as people do and says what is too long. */
const maxUnits = 2_000;

const schema = z.object({ id: clientId, text: z.string().trim().min(1).max(maxUnits) });

export interface AskQuestionDeps {
  readonly broadcastId: string;
  readonly questions: Coalescer<QuestionAsk, Question>;
}

/**
 * `ask {id, text}` -> `{questionId}`: asks the host something. The same `id` asked twice is stored
 * once.
 */
export function createAskQuestion({ broadcastId, questions }: AskQuestionDeps): Handler {
  return async ({ viewer, message, requestId }) => {
    const { userId, name } = requireUser(viewer);
    const { id, text } = parse(schema, message);
    const question = await questions.submit({
      requestId,
      question: { requestId: id, broadcastId, userId, name, text },
    });
    return { questionId: question.id };
  };
}
