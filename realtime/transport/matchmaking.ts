import {
  type AuthContext,
  createAuthContext,
  ErrorCode,
  matchMaker,
  ServerError,
} from '@colyseus/core';
import { z } from 'zod';
import { createSeatFinder, roomName as live } from './seat-finder.ts';

/** The matchmaker's answer, or its refusal. */
export interface Seating {
  readonly status: number;
  readonly body: string;
}

const unavailable = 503;

/** A seat that is kept for someone whose connection broke. */
const nameInPath = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const keptSeat = z.looseObject({
  back: z.object({ roomId: nameInPath, reconnectionToken: nameInPath }),
});

/** One for all who ask this process. */
const findSeat = createSeatFinder();

/**
 * Asks for a seat as at the framework's own endpoint; for the seat that was kept before any other, so
 * that who lost a process asks once rather than twice. That endpoint is a router of fetch API
 * requests: three times the work of everything else at the door.
 */
export async function askForSeat(
  path: string,
  asking: { readonly address: string; readonly authorization: string | undefined },
  options: unknown,
): Promise<Seating> {
  const [, , method = '', roomName = ''] = path.split('/');
  if (matchMaker.state === matchMaker.MatchMakerState.SHUTTING_DOWN) {
    return refused(unavailable, 'UNAVAILABLE');
  }
  try {
    const { address, authorization } = asking;
    const context = createAuthContext({
      // The address in the place where the framework looks first.
      headers: { 'x-real-ip': address, ...(authorization === undefined ? {} : { authorization }) },
    });
    const answer =
      method === 'joinOrCreate' && roomName === live
        ? await takeAny(options, context)
        : await matchMaker.controller.invokeMethod(method, roomName, options, context);
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // What failed inside has whatever code its own library gives.
    const isStatus = Number.isInteger(error.code) && error.code >= 400 && error.code < 600;
    return refused(isStatus ? error.code : 500, isStatus ? error.message : 'INTERNAL');
  }
}

async function takeAny(options: unknown, context: AuthContext): Promise<object> {
  const kept = await takeKept(options, context);
  return 'seat' in kept ? kept.seat : findSeat(kept.options, context);
}

/**
 * The seat that is kept for whoever asks, or what to ask for another one with: without the claim where
 * that room is there and says that it keeps none, as it counts them no longer.
 */
async function takeKept(
  options: unknown,
  context: AuthContext,
): Promise<{ readonly seat: object } | { readonly options: unknown }> {
  const asked = keptSeat.safeParse(options);
  if (!asked.success) return { options };
  const { back, ...others } = asked.data;
  const { roomId, reconnectionToken } = back;
  try {
    const { controller } = matchMaker;
    const seat = await controller.invokeMethod('reconnect', roomId, { reconnectionToken }, context);
    return { seat: { ...seat, resumed: true } };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { options: error.code === ErrorCode.MATCHMAKE_EXPIRED ? others : options };
  }
}

/** As the framework's clients read it. */
function refused(code: number, error: string): Seating {
  return { status: code, body: JSON.stringify({ code, error }) };
}
