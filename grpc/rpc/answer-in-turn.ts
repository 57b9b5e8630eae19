import type { CallContext } from 'nice-grpc';
import type { CallExt } from '../middleware/call-context.ts';
import { createTurns } from './turns.ts';

/** A call on a stream. */
interface TracedRequest {
  /** Id of what led to it. */
  readonly traceId: string;
}

/**
 * Serves a stream of calls by what serves one: each is answered before the next is read. The stream
 * ends when its client ends it, or, between two calls, when the server does. `answer` must refuse in
 * its answer; what it throws ends the stream.
 */
export function answerInTurn<Request extends TracedRequest, Answer>(
  answer: (request: Request, context: CallContext & CallExt) => Promise<Answer>,
) {
  return async function* (
    requests: AsyncIterable<Request>,
    context: CallContext & CallExt,
  ): AsyncGenerator<Answer, void> {
    const turns = createTurns(requests, context.closing);
    try {
      for (;;) {
        const request = await turns.next();
        if (request === undefined) return;
        yield await answer(request, context);
        context.log.debug({ requestId: request.traceId }, 'answered in turn');
      }
    } finally {
      turns.stop();
    }
  };
}
