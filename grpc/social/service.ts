import { requireUser } from '../../common/auth/index.ts';
import type {
  DeepPartial,
  SocialAccount as SocialAccountMessage,
  SocialServiceImplementation,
} from '../../proto/gen/onair/social/v1/social.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { toTokensMessage } from '../sessions/index.ts';
import type { Attempt } from './begin-attempt.ts';
import type { SocialAccountRow } from './entities.ts';
import type { Social } from './index.ts';
import {
  beginRequest,
  linkRequest,
  loginWithKakaoRequest,
  loginWithTwitterRequest,
  providerCodec,
  pruneRequest,
  receiveKakaoUnlinkRequest,
  tellUnlinksRequest,
  unlinkRequest,
} from './requests.ts';

/** SocialService over the domain. */
export function createSocialService(social: Social): SocialServiceImplementation<CallExt> {
  return {
    async beginSocialLogin(request) {
      const { client, ...input } = beginRequest.parse(request);
      const { address } = client;
      return toAttemptMessage(await social.begin({ ...input, userId: undefined, address }));
    },
    async beginSocialLink(request, { actor }) {
      const { userId } = requireUser(actor);
      const { client, ...input } = beginRequest.parse(request);
      return toAttemptMessage(await social.begin({ ...input, userId, address: client.address }));
    },
    async loginWithKakao(request) {
      const input = loginWithKakaoRequest.parse(request);
      const tokens = await social.logIn({ ...input, provider: 'kakao', codeVerifier: '' });
      return toTokensMessage(tokens);
    },
    async loginWithTwitter(request) {
      const { authorizationCode: code, ...input } = loginWithTwitterRequest.parse(request);
      return toTokensMessage(await social.logIn({ ...input, provider: 'x', code }));
    },
    async linkSocialAccount(request, { actor }) {
      return toAccountMessage(await social.link(requireUser(actor), linkRequest.parse(request)));
    },
    async listSocialAccounts(_request, { actor }) {
      const { links, hasPassword } = await social.list(requireUser(actor));
      return { accounts: links.map(toAccountMessage), hasPassword };
    },
    async unlinkSocialAccount(request, { actor }) {
      await social.unlink(requireUser(actor), unlinkRequest.parse(request));
      return {};
    },
    async receiveKakaoUnlink(request) {
      await social.receiveKakaoUnlink(receiveKakaoUnlinkRequest.parse(request).kakaoUserId);
      return {};
    },
    async tellUnlinks(request) {
      return { results: await social.tellUnlinks(tellUnlinksRequest.parse(request).links) };
    },
    async pruneSocialAttempts(request) {
      return { pruned: await social.pruneAttempts(pruneRequest.parse(request).limit) };
    },
  };
}

function toAttemptMessage({ expiresAt, ...attempt }: Attempt) {
  return { ...attempt, expiresAt: new Date(expiresAt) };
}

function toAccountMessage(row: SocialAccountRow): DeepPartial<SocialAccountMessage> {
  return {
    provider: providerCodec.toProto(row.provider),
    linkedAt: new Date(row.linkedAt),
    lastUsedAt: row.lastUsedAt === null ? undefined : new Date(row.lastUsedAt),
  };
}
