import type { MessageContext } from '@colyseus/core';
import { DomainError, type RoomError, toRoomError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Logger } from '../../common/logger.ts';
import type { Viewer } from '../viewer.ts';
import type { Handler } from './request.ts';

/** One message of a client as the framework hands it over. */
export interface Incoming {
  readonly type: string;
  readonly viewer: Viewer;
  readonly message: unknown;
  /** Says whether an answer was asked for, and takes the refusal if so. */
  readonly context: MessageContext | undefined;
  /** Told of a refusal that nobody waits for, because the client did not ask for an answer. */
  readonly onRefused: (error: RoomError) => void;
}

export interface AnswerDeps {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Whether the process answers nobody any more. */
  readonly closed: () => boolean;
  readonly log: Logger;
}

/**
 * Answers every message in one way: with what its handler says, or with a RoomError as the
 * rejection's reason. Never throws, whatever the client sent.
 */
export function createAnswer(deps: AnswerDeps): (incoming: Incoming) => Promise<unknown> {
  return async ({ type, viewer, message, context, onRefused }) => {
    const requestId = newId('req');
    // A child logger would cost as much as the rest of the request, most often to say nothing.
    const about = { requestId, type, ...(viewer.kind === 'user' ? { userId: viewer.userId } : {}) };
    try {
      const handler = deps.handlers.get(type);
      if (handler === undefined) throw new DomainError('UNKNOWN_MESSAGE', 'no such request');
      if (deps.closed()) throw new DomainError('UNAVAILABLE', 'this process is ending');
      const answer = await handler({ viewer, message, requestId });
      deps.log.debug(about, 'answered');
      return answer;
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.code === 'INTERNAL') deps.log.error({ ...about, err: error }, 'request failed');
      else deps.log.debug({ ...about, code: refusal.code }, 'refused');
      const roomError = toRoomError(refusal);
      if (context?.id === undefined) onRefused(roomError);
      else context.reject(roomError);
      return undefined;
    }
  };
}

function toRefusal(error: unknown): DomainError {
  return error instanceof DomainError ? error : new DomainError('INTERNAL', 'unexpected failure');
}
