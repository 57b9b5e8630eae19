import { RoomRole } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { UserRole } from '../viewer.ts';

/** A person's role as the services name it; one that this build doesn't know may only watch. */
export function toUserRole(role: RoomRole): UserRole {
  if (role === RoomRole.HOST) return 'host';
  return role === RoomRole.MODERATOR ? 'moderator' : 'viewer';
}
