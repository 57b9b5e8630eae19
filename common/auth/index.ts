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
  hasRole,
  mayActFor,
  type Role,
  requireUser,
  roles,
  type UserActor,
} from './actor.ts';
export { decodeActor } from './decode-actor.ts';
export { isMoneyAction, isPermitted, isSensitive, permissions } from './permissions.ts';
export { keptSecret, sameSecret, serviceSecret } from './service-secret.ts';
export { createTokenGate, type TokenGate } from './token-gate.ts';
