import { actorLabel, requireUser } from '../../common/auth/index.ts';
import type { UsersServiceImplementation } from '../../proto/gen/onair/users/v1/users.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { shownTo } from './get-user.ts';
import type { Users } from './index.ts';
import {
  agreeTosRequest,
  changePasswordRequest,
  changeRoleRequest,
  getTosRequest,
  getUserRequest,
  listAccountChangesRequest,
  publishTosRequest,
  removeProfileImageRequest,
  requestEmailChangeRequest,
  requestPasswordResetRequest,
  resetPasswordRequest,
  sendPasswordResetsRequest,
  setMarketingConsentRequest,
  showNextImagesRequest,
  signUpRequest,
  suspensionRequest,
  updateProfileImageRequest,
  updateProfileRequest,
  verifyEmailRequest,
} from './requests.ts';
import type { Terms } from './terms.ts';
import { toUserMessage } from './user-message.ts';

/** The RPCs of accounts. */
export function createUsersService(users: Users): UsersServiceImplementation<CallExt> {
  return {
    ...credentialRpcs(users),
    ...profileRpcs(users),
    ...imageRpcs(users),
    ...termsRpcs(users),
    ...adminRpcs(users),
    async signUp(request, { signal }) {
      return toUserMessage(await users.signUp({ ...signUpRequest.parse(request), signal }));
    },
    async getUser(request, { actor }) {
      return toUserMessage(await users.getUser(actor, getUserRequest.parse(request)));
    },
  };
}

type Rpcs<Name extends keyof UsersServiceImplementation<CallExt>> = Pick<
  UsersServiceImplementation<CallExt>,
  Name
>;

function credentialRpcs(
  users: Users,
): Rpcs<
  | 'requestEmailVerification'
  | 'verifyEmail'
  | 'requestPasswordReset'
  | 'sendPasswordResets'
  | 'resetPassword'
> {
  return {
    async requestEmailVerification(_request, { actor }) {
      await users.requestEmailVerification(requireUser(actor));
      return {};
    },
    async verifyEmail(request) {
      await users.verifyEmail(verifyEmailRequest.parse(request).token);
      return {};
    },
    async requestPasswordReset(request) {
      const { email, client } = requestPasswordResetRequest.parse(request);
      await users.requestPasswordReset(email, client);
      return {};
    },
    async sendPasswordResets(request) {
      const { resets } = sendPasswordResetsRequest.parse(request);
      for (const reset of resets) await users.sendPasswordReset(reset);
      return {};
    },
    async resetPassword(request, { signal }) {
      await users.resetPassword({ ...resetPasswordRequest.parse(request), signal });
      return {};
    },
  };
}

function profileRpcs(
  users: Users,
): Rpcs<'updateProfile' | 'requestEmailChange' | 'confirmEmailChange' | 'changePassword'> {
  return {
    async updateProfile(request, { actor }) {
      const input = updateProfileRequest.parse(request);
      return toUserMessage(await users.updateProfile(requireUser(actor), input));
    },
    async requestEmailChange(request, { actor, signal }) {
      const input = { ...requestEmailChangeRequest.parse(request), signal };
      await users.requestEmailChange(requireUser(actor), input);
      return {};
    },
    async confirmEmailChange(request) {
      await users.confirmEmailChange(verifyEmailRequest.parse(request).token);
      return {};
    },
    async changePassword(request, { actor, signal }) {
      const input = { ...changePasswordRequest.parse(request), signal };
      await users.changePassword(requireUser(actor), input);
      return {};
    },
  };
}

function imageRpcs(
  users: Users,
): Rpcs<'updateProfileImage' | 'removeProfileImage' | 'showNextImages'> {
  return {
    async updateProfileImage(request, { actor }) {
      const input = updateProfileImageRequest.parse(request);
      return toUserMessage(await users.updateProfileImage(requireUser(actor), input));
    },
    async removeProfileImage(request, { actor }) {
      const { requestId } = removeProfileImageRequest.parse(request);
      return toUserMessage(await users.removeProfileImage(requireUser(actor), requestId));
    },
    async showNextImages(request) {
      const { images } = showNextImagesRequest.parse(request);
      for (const { userId, fileId } of images) await users.showNextImage(userId, fileId);
      return {};
    },
  };
}

function termsRpcs(
  users: Users,
): Rpcs<'publishTos' | 'getTos' | 'agreeTos' | 'setMarketingConsent'> {
  return {
    async publishTos(request, { actor }) {
      const input = publishTosRequest.parse(request);
      return toTosMessage(await users.publishTos(actorLabel(actor), input));
    },
    async getTos(request) {
      const { version } = getTosRequest.parse(request);
      return toTosMessage(await users.getTos(version === '' ? undefined : version));
    },
    async agreeTos(request, { actor }) {
      const { version } = agreeTosRequest.parse(request);
      return toUserMessage(await users.agreeTos(requireUser(actor), version));
    },
    async setMarketingConsent(request, { actor }) {
      const { consents } = setMarketingConsentRequest.parse(request);
      return toUserMessage(await users.setMarketingConsent(requireUser(actor), consents));
    },
  };
}

function adminRpcs(
  users: Users,
): Rpcs<'grantRole' | 'revokeRole' | 'suspendUser' | 'unsuspendUser' | 'listAccountChanges'> {
  return {
    async grantRole(request, { actor }) {
      const user = await users.grantRole(actor, changeRoleRequest.parse(request));
      return toUserMessage(shownTo(actor, user));
    },
    async revokeRole(request, { actor }) {
      const user = await users.revokeRole(actor, changeRoleRequest.parse(request));
      return toUserMessage(shownTo(actor, user));
    },
    async suspendUser(request, { actor }) {
      const user = await users.suspendUser(actor, suspensionRequest.parse(request));
      return toUserMessage(shownTo(actor, user));
    },
    async unsuspendUser(request, { actor }) {
      const user = await users.unsuspendUser(actor, suspensionRequest.parse(request));
      return toUserMessage(shownTo(actor, user));
    },
    async listAccountChanges(request) {
      const { userId, pageSize, pageToken } = listAccountChangesRequest.parse(request);
      const beforeId = decodePageToken(pageToken);
      const found = await users.listAccountChanges({ userId, beforeId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      const changes = rows.map((row) => ({ ...row, changedAt: new Date(row.changedAt) }));
      return { changes, nextPageToken };
    },
  };
}

function toTosMessage({ version, textKo, textEn, effectiveAt }: Terms) {
  return { version, textKo, textEn, effectiveAt: new Date(effectiveAt) };
}
