import type {
  DeepPartial,
  Tokens as TokensMessage,
  User as UserMessage,
  UsersServiceImplementation,
} from '../../proto/gen/onair/users/v1/users.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { Users } from './index.ts';
import {
  changeRoleRequest,
  getUserRequest,
  logInRequest,
  refreshTokenRequest,
  signUpRequest,
} from './requests.ts';
import { roleCodec } from './role-codec.ts';
import type { Tokens, User } from './user.ts';

/** The RPCs of accounts and sessions. */
export function createUsersService(users: Users): UsersServiceImplementation<CallExt> {
  return {
    async signUp(request, { signal }) {
      return toUserMessage(await users.signUp({ ...signUpRequest.parse(request), signal }));
    },
    async logIn(request, { signal }) {
      return toTokensMessage(await users.logIn({ ...logInRequest.parse(request), signal }));
    },
    async refreshSession(request) {
      const { refreshToken } = refreshTokenRequest.parse(request);
      return toTokensMessage(await users.refreshSession(refreshToken));
    },
    async logOut(request) {
      await users.logOut(refreshTokenRequest.parse(request).refreshToken);
      return {};
    },
    async getUser(request, { actor }) {
      return toUserMessage(await users.getUser(actor, getUserRequest.parse(request).userId));
    },
    async grantRole(request, { actor }) {
      return toUserMessage(await users.grantRole(actor, changeRoleRequest.parse(request)));
    },
    async revokeRole(request, { actor }) {
      return toUserMessage(await users.revokeRole(actor, changeRoleRequest.parse(request)));
    },
    async getSigningKeys() {
      return { jwksJson: JSON.stringify(users.signingKeys) };
    },
  };
}

function toUserMessage(user: User): DeepPartial<UserMessage> {
  return {
    ...user,
    roles: user.roles.map(roleCodec.toProto),
    createdAt: new Date(user.createdAt),
  };
}

function toTokensMessage(tokens: Tokens): DeepPartial<TokensMessage> {
  return {
    ...tokens,
    user: toUserMessage(tokens.user),
    accessExpiresAt: new Date(tokens.accessExpiresAt),
    refreshExpiresAt: new Date(tokens.refreshExpiresAt),
  };
}
