import type { CallContext } from 'nice-grpc';
import { DomainError, Overloaded } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import type { Logger } from '../../common/logger.ts';
import { byBytes } from '../../common/rpc/by-bytes.ts';
import type { Answer, Answers, Call, Calls } from '../../proto/gen/onair/calls/v1/calls.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { Gate } from '../middleware/identify.ts';
import { refusalOf } from '../middleware/translate-errors.ts';
import type { Methods } from './methods.ts';
import { toRefusal } from './refusal.ts';
import { createTurns } from './turns.ts';

export interface AnswerTogetherDeps {
  readonly methods: Methods;
  readonly gate: Gate;
  readonly log: Logger;
  /** Aborted when the server ends. */
  readonly closing: AbortSignal;
}

/** Calls of one stream that may be under way; one more is refused with OVERLOADED. */
const maxUnderWay = 20_000;

/**
 * Serves CallTogether: begins calls as they are read, and sends the answers that are there in a turn
 * of the event loop as one message. Once its client sends no more, or the server ends, it reads no
 * more calls, and ends when those that it began are answered.
 */
export function answerTogether(deps: AnswerTogetherDeps) {
  const answerCall = createAnswerer(deps);

  return async function* (
    requests: AsyncIterable<Calls>,
    context: CallContext,
  ): AsyncGenerator<Answers, void> {
    deps.gate.requireCredential(context);
    const outbox = createOutbox();
    let underWay = 0;

    async function begin(call: Call): Promise<void> {
      underWay += 1;
      const answer =
        underWay > maxUnderWay
          ? refused(call, new Overloaded('the services', 1_000))
          : await answerCall(call, context);
      underWay -= 1;
      outbox.push(answer);
    }

    let readsOn = true;
    void readAll(requests, deps.closing, (call) => void begin(call))
      .catch((error: unknown) => outbox.fail(error))
      .finally(() => {
        readsOn = false;
        outbox.wake();
      });
    for (;;) {
      const answers = await outbox.take(() => !readsOn && underWay === 0);
      if (answers === undefined) return;
      yield* byBytes(answers, sizeOf).map((some) => ({ answers: some }));
    }
  };
}

async function readAll(
  requests: AsyncIterable<Calls>,
  closing: AbortSignal,
  begin: (call: Call) => void,
): Promise<void> {
  const turns = createTurns(requests, closing);
  try {
    for (;;) {
      const next = await turns.next();
      if (next === undefined) return;
      for (const call of next.calls) begin(call);
    }
  } finally {
    turns.stop();
  }
}

function createAnswerer({ methods, gate, log, closing }: AnswerTogetherDeps) {
  return async (call: Call, stream: CallContext): Promise<Answer> => {
    const requestId = call.requestId === '' ? newId('req') : call.requestId;
    const facts = { rpc: call.path, requestId };
    try {
      const method = methods.find(call.path);
      if (method === undefined) {
        throw new DomainError('PERMISSION_DENIED', `${call.path} is open to nobody`);
      }
      const actor = await gate.admit(method.action, call.actor === '' ? undefined : call.actor);
      const ext = { actor, requestId, closing };
      const response = await method.answer(call.request, contextOf(call, stream, ext, log));
      log.debug(facts, 'called');
      return { id: call.id, result: { $case: 'response', value: toBuffer(response) } };
    } catch (error) {
      return refused(call, refusalOf(error, log, facts));
    }
  };
}

/** What a handler finds beside its request, made when it is looked at. */
function contextOf(
  { deadlineMs }: Call,
  stream: CallContext,
  ext: Omit<CallExt, 'log'>,
  log: Logger,
): CallContext & CallExt {
  const { metadata, peer, header, trailer } = stream;
  const givenUpAt = performance.now() + deadlineMs;
  return {
    ...{ metadata, peer, header, trailer },
    ...ext,
    sendHeader: () => undefined,
    get log() {
      return log.child({ requestId: ext.requestId });
    },
    get signal() {
      const restMs = Math.max(0, Math.ceil(givenUpAt - performance.now()));
      return AbortSignal.any([stream.signal, AbortSignal.timeout(restMs)]);
    },
  };
}

function refused({ id }: Call, error: DomainError): Answer {
  return { id, result: { $case: 'refusal', value: toRefusal(error) } };
}

function sizeOf({ result }: Answer): number {
  return result?.$case === 'response' ? result.value.length : 256;
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Answers that wait to be sent. */
function createOutbox() {
  let answers: Answer[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => undefined;

  return {
    push(answer: Answer) {
      answers.push(answer);
      wake();
    },
    wake: () => wake(),
    fail(error: unknown) {
      failure = { error };
      wake();
    },
    /** Those of this turn of the event loop; undefined once there are none and `isOver`. */
    async take(isOver: () => boolean): Promise<Answer[] | undefined> {
      while (answers.length === 0) {
        if (failure !== undefined) throw failure.error;
        if (isOver()) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
      const taken = answers;
      answers = [];
      return taken;
    },
  };
}
