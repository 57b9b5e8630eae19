export {
  createTokenVerifier,
  type TokenVerifier,
  tokenAudience,
  tokenIssuer,
} from './access-token.ts';
export {
  type Actor,
  actorLabel,
  anonymous,
  encodeActor,
  hasRole,
  mayActFor,
  type Role,
  requireUser,
  roles,
  type UserActor,
} from './actor.ts';
export { decodeActor } from './decode-actor.ts';
export { isPermitted, type Principal, permissions } from './permissions.ts';
export { keptSecret, sameSecret, serviceSecret } from './service-secret.ts';
