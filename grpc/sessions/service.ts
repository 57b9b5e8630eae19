import { type Actor, requireUser } from '../../common/auth/index.ts';
import {
  type DeepPartial,
  LoginMethod,
  LoginOutcome,
  type Session as SessionMessage,
  type SessionsServiceImplementation,
  type Tokens as TokensMessage,
} from '../../proto/gen/onair/sessions/v1/sessions.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { toUserMessage } from '../users/index.ts';
import { loginMethods, loginOutcomes, type SessionRow } from './entities.ts';
import type { Sessions } from './index.ts';
import type { LoginAttempt } from './login-attempts.ts';
import {
  beginTotpRequest,
  listEndedRequest,
  listLoginAttemptsRequest,
  listSessionsRequest,
  logInRequest,
  logInWithCodeRequest,
  logOutEverywhereRequest,
  logOutRequest,
  pruneRequest,
  refreshSessionRequest,
  revokeSessionRequest,
  rotateSigningKeyRequest,
  totpCodeRequest,
} from './requests.ts';
import type { Tokens } from './tokens.ts';

const outcomeCodec = createEnumCodec(LoginOutcome, loginOutcomes);
const methodCodec = createEnumCodec(LoginMethod, loginMethods);

/** SessionsService over the domain. */
export function createSessionsService(sessions: Sessions): SessionsServiceImplementation<CallExt> {
  const jwksJson = async () => JSON.stringify(await sessions.publicKeys());
  return {
    async logIn(request, { signal }) {
      return toTokensMessage(await sessions.logIn({ ...logInRequest.parse(request), signal }));
    },
    async logInWithCode(request) {
      return toTokensMessage(await sessions.logInWithCode(logInWithCodeRequest.parse(request)));
    },
    async getTotp(_request, { actor }) {
      const { enabledAt, ...status } = await sessions.getTotp(requireUser(actor));
      return { ...status, enabledAt: enabledAt === undefined ? undefined : new Date(enabledAt) };
    },
    async beginTotp(request, { actor, signal }) {
      const { password } = beginTotpRequest.parse(request);
      return sessions.beginTotp(requireUser(actor), { password, signal });
    },
    async confirmTotp(request, { actor }) {
      const { code } = totpCodeRequest.parse(request);
      return { recoveryCodes: [...(await sessions.confirmTotp(requireUser(actor), code))] };
    },
    async disableTotp(request, { actor }) {
      await sessions.disableTotp(requireUser(actor), totpCodeRequest.parse(request).code);
      return {};
    },
    async refreshSession(request) {
      const { refreshToken, client } = refreshSessionRequest.parse(request);
      return toTokensMessage(await sessions.refreshSession(refreshToken, client));
    },
    async logOut(request) {
      await sessions.logOut(logOutRequest.parse(request).refreshToken);
      return {};
    },
    async logOutEverywhere(request, { actor }) {
      const { userId } = logOutEverywhereRequest.parse(request);
      return { ended: await sessions.logOutEverywhere(actor, userId) };
    },
    async listSessions(request, { actor }) {
      const { userId, pageSize, pageToken } = listSessionsRequest.parse(request);
      const beforeId = decodePageToken(pageToken);
      const found = await sessions.listSessions(actor, { userId, beforeId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { sessions: rows.map((row) => toSessionMessage(row, actor)), nextPageToken };
    },
    async revokeSession(request, { actor }) {
      await sessions.revokeSession(actor, revokeSessionRequest.parse(request).sessionId);
      return {};
    },
    async listEndedSessions(request) {
      const { since } = listEndedRequest.parse(request);
      const { ended, nextSince } = await sessions.listEnded(since?.getTime());
      return {
        sessions: ended.map((one) => ({ sessionId: one.sessionId, until: new Date(one.until) })),
        nextSince: new Date(nextSince),
        jwksJson: await jwksJson(),
      };
    },
    async getSigningKeys() {
      return { jwksJson: await jwksJson() };
    },
    async rotateSigningKey(request, { actor }) {
      const input = rotateSigningKeyRequest.parse(request);
      const { kid, signsFrom } = await sessions.rotateSigningKey(requireUser(actor), input);
      return { kid, signsFrom: new Date(signsFrom) };
    },
    keepSigningKeys: () => sessions.keepSigningKeys(),
    async listLoginAttempts(request, { actor }) {
      const { pageSize, pageToken, ...filter } = listLoginAttemptsRequest.parse(request);
      const beforeId = decodePageToken(pageToken);
      const found = await sessions.listAttempts(actor, { ...filter, beforeId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { attempts: rows.map(toAttemptMessage), nextPageToken };
    },
    async pruneLoginAttempts(request) {
      return { pruned: await sessions.pruneAttempts(pruneRequest.parse(request).limit) };
    },
  };
}

/** Tokens on the wire. */
export function toTokensMessage(tokens: Tokens): DeepPartial<TokensMessage> {
  return {
    ...tokens,
    user: toUserMessage(tokens.user),
    accessExpiresAt: new Date(tokens.accessExpiresAt),
    refreshExpiresAt: new Date(tokens.refreshExpiresAt),
  };
}

function toSessionMessage(row: SessionRow, actor: Actor): DeepPartial<SessionMessage> {
  return {
    id: row.id,
    createdAt: new Date(row.createdAt),
    lastUsedAt: new Date(row.refreshedAt),
    expiresAt: new Date(row.expiresAt),
    userAgent: row.userAgent ?? '',
    address: row.address ?? '',
    current: actor.kind === 'user' && actor.sessionId === row.id,
  };
}

function toAttemptMessage(row: LoginAttempt) {
  return {
    id: row.id,
    userId: row.userId ?? '',
    address: row.address,
    userAgent: row.userAgent,
    outcome: outcomeCodec.toProto(row.outcome),
    method: methodCodec.toProto(row.method ?? 'password'),
    attemptedAt: new Date(row.attemptedAt),
  };
}
