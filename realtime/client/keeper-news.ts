import type { UserRole } from '../viewer.ts';
import type { Emitter } from './events.ts';
import type { LiveEvents } from './options.ts';
import { field } from './refusal.ts';

const roles: readonly UserRole[] = ['host', 'moderator', 'viewer'];

/** Tells of what a room sends to those who keep order; of anything else, or unreadable, nothing. */
export function emitKeeperNews(
  events: Pick<Emitter<LiveEvents>, 'emit'>,
  type: string,
  body: unknown,
): void {
  if (type === 'held') {
    const waiting = field(body, 'waiting');
    if (typeof waiting === 'number') events.emit('held', { waiting });
  }
  if (type === 'role') {
    const role = roles.find((one) => one === field(body, 'role'));
    if (role !== undefined) events.emit('role', { role });
  }
}
