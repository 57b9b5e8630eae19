import { createAuthContext, matchMaker, ServerError } from '@colyseus/core';

/** The matchmaker's answer, or its refusal. */
export interface Seating {
  readonly status: number;
  readonly body: string;
}

const unavailable = 503;

/**
 * Asks the framework's matchmaker, as its own endpoint does. That one is a router of fetch API
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
    const { controller } = matchMaker;
    const answer = await controller.invokeMethod(method, roomName, options, context);
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // What failed inside has whatever code its own library gives.
    const isStatus = Number.isInteger(error.code) && error.code >= 400 && error.code < 600;
    return refused(isStatus ? error.code : 500, isStatus ? error.message : 'INTERNAL');
  }
}

/** As the framework's clients read it. */
function refused(code: number, error: string): Seating {
  return { status: code, body: JSON.stringify({ code, error }) };
}
