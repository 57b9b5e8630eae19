import type { IncomingMessage } from 'node:http';
import { newId } from '../../common/ids.ts';

/** Ids that we take over from a proxy or a client: short, and safe in any log. */
const wellFormed = /^[\w.:-]{1,64}$/;

/** The request's own id if it brought a well-formed one, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && wellFormed.test(given) ? given : newId('req');
}
