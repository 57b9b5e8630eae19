import { PermissionDenied } from '../errors/index.ts';

/** What an account may be. */
export const roles = ['viewer', 'seller', 'admin'] as const;

/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** A person, as their access token described them when the call was made. */
export interface UserActor {
  readonly kind: 'user';
  readonly userId: string;
  readonly sessionId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Who is behind a call: nobody known, a person, or one of our own processes on its own account. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | UserActor
  | { readonly kind: 'service'; readonly name: string };

/** Nobody known. */
export const anonymous: Actor = { kind: 'anonymous' };

/** Whether the actor is a person with that role. */
export function hasRole(actor: Actor, role: Role): boolean {
  return actor.kind === 'user' && actor.roles.includes(role);
}

/**
 * Whether the actor may see and do what belongs to that user: the user, an admin, a service.
 */
export function mayActFor(actor: Actor, userId: string): boolean {
  if (actor.kind === 'service' || hasRole(actor, 'admin')) return true;
  return actor.kind === 'user' && actor.userId === userId;
}

/**
 * The person behind a call that only makes sense for a person.
 * @throws PermissionDenied for services and for nobody
 */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new PermissionDenied('only a person can do this');
  return actor;
}

/** Who did it, for history rows: a user id, or `system`. */
export function actorLabel(actor: Actor): string {
  return actor.kind === 'user' ? actor.userId : 'system';
}

/** Writes an actor into call metadata. Trusted because it travels with the service credential. */
export function encodeActor(actor: Actor): string {
  return Buffer.from(JSON.stringify(actor), 'utf8').toString('base64url');
}
