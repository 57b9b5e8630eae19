import { type Actor, serviceSecret, type UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { createSealer } from '../../common/seal.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Leaver, PersonalData } from '../personal-data.ts';
import { type AccountChange, listAccountChanges, noteAccountChange } from './account-changes.ts';
import { confirmEmailChange, type EmailChangeInput, requestEmailChange } from './change-email.ts';
import { type ChangePasswordInput, changePassword } from './change-password.ts';
import {
  type ChangeRoleInput,
  giveRoleIn,
  grantRole,
  type RoleChangeIn,
  revokeRole,
  takeRoleIn,
} from './change-role.ts';
import { type CheckedPassword, checkPasswordOf, type PasswordClaim } from './check-password.ts';
import {
  confirmIdentity,
  holdsIn,
  type IdentityClaim,
  type IdentityProof,
} from './confirm-identity.ts';
import { emailKeyOf } from './email.ts';
import { type EnsuredAdmin, ensureAdmin } from './ensure-admin.ts';
import { type EnsuredUser, type EnsureUserInput, ensureUser } from './ensure-user.ts';
import { type GetUserInput, getUser } from './get-user.ts';
import {
  eraseUser,
  forgetRetained,
  holdLeaver,
  listRetained,
  type RetainedIdentity,
  readRetainedIdentity,
} from './leave.ts';
import { openAccountIn, type VouchedAccount } from './open-account.ts';
import { createPasswords } from './passwords.ts';
import { createUsersPersonalData } from './personal-data.ts';
import { removeProfileImage, showNextImage, updateProfileImage } from './profile-image.ts';
import {
  type PasswordResetJob,
  type ResetPasswordInput,
  requestPasswordReset,
  resetPassword,
  sendPasswordReset,
} from './reset-password.ts';
import { sealStoredAccounts } from './seal-stored.ts';
import { type SignUpInput, signUp } from './sign-up.ts';
import {
  findUserRowByEmail,
  isSellerIn,
  lockForLogin,
  lockUser,
  namesOf,
  passwordHashOf,
  readUser,
  type Standing,
  sellersAmong,
  standingsOf,
} from './store.ts';
import {
  type SuspensionInput,
  suspendedAmong,
  suspendUser,
  unsuspendUser,
} from './suspend-user.ts';
import {
  agreeTos,
  getTos,
  type PublishTosInput,
  publishTos,
  setMarketingConsent,
  type Terms,
} from './terms.ts';
import { type UpdateProfileInput, updateProfile } from './update-profile.ts';
import type { User } from './user.ts';
import type { UsersDeps, UsersNeighbours } from './users-deps.ts';
import { requestEmailVerification, verifyEmail } from './verify-email.ts';

export type { EnsuredAdmin } from './ensure-admin.ts';
export { usersEntities } from './entities.ts';
export { languageCodec } from './language-codec.ts';
export type { RetainedIdentity } from './leave.ts';
export type { VouchedAccount } from './open-account.ts';
export { readPhone } from './phone.ts';
export { createUsersService } from './service.ts';
export type { User } from './user.ts';
export { toUserMessage } from './user-message.ts';

/** Accounts. What each use case guarantees and refuses stands where it is written. */
export interface Users {
  signUp(input: SignUpInput): Promise<User>;
  requestEmailVerification(actor: UserActor): Promise<void>;
  verifyEmail(token: string): Promise<void>;
  requestPasswordReset(email: string, address: string): Promise<void>;
  sendPasswordReset(job: PasswordResetJob): Promise<void>;
  resetPassword(input: ResetPasswordInput): Promise<void>;
  updateProfile(actor: UserActor, input: UpdateProfileInput): Promise<User>;
  updateProfileImage(
    actor: UserActor,
    input: { readonly requestId: string; readonly fileId: string },
  ): Promise<User>;
  removeProfileImage(actor: UserActor, requestId: string): Promise<User>;
  showNextImage(userId: string, fileId: string): Promise<void>;
  requestEmailChange(actor: UserActor, input: EmailChangeInput): Promise<void>;
  confirmEmailChange(token: string): Promise<void>;
  changePassword(actor: UserActor, input: ChangePasswordInput): Promise<void>;
  confirmIdentity(actor: UserActor, claim: IdentityClaim): Promise<IdentityProof>;
  publishTos(publishedBy: string, input: PublishTosInput): Promise<Terms>;
  getTos(version: string | undefined): Promise<Terms>;
  agreeTos(actor: UserActor, version: string): Promise<User>;
  setMarketingConsent(actor: UserActor, consents: boolean): Promise<User>;
  getUser(actor: Actor, input: GetUserInput): Promise<User>;
  grantRole(actor: Actor, input: ChangeRoleInput): Promise<User>;
  revokeRole(actor: Actor, input: ChangeRoleInput): Promise<User>;
  suspendUser(actor: Actor, input: SuspensionInput): Promise<User>;
  unsuspendUser(actor: Actor, input: SuspensionInput): Promise<User>;
  listAccountChanges(
    filter: Parameters<typeof listAccountChanges>[1],
  ): Promise<readonly AccountChange[]>;
  /** Makes the first administrator if there is none; to be called before calls are served. */
  ensureAdmin(): Promise<EnsuredAdmin>;
  /** Makes an account that we set up ourselves, unless its e-mail is taken. */
  ensureUser(input: EnsureUserInput): Promise<EnsuredUser>;

  /** Holds an account whose owner proved who they are. @throws DomainError BAD_CREDENTIALS */
  holdIn(tx: Tx, proof: IdentityProof): Promise<void>;
  /** Holds the account of someone who is about to leave; see leave.ts. */
  holdLeaverIn(tx: Tx, proof: IdentityProof): Promise<void>;
  /** Erases an account that is held. Who it was is kept until `keptUntil`, if at all. */
  eraseIn(tx: Tx, leaver: Leaver, keptUntil: EpochMs | undefined): Promise<void>;
  /** People of whom nothing is to be kept any more. */
  listRetained(now: EpochMs, limit: number): Promise<string[]>;
  /** Answers false when that was done before. */
  forgetRetainedIn(tx: Tx, userId: string, now: EpochMs): Promise<boolean>;
  readRetained(
    actor: Actor,
    input: { readonly userId: string; readonly reason: string },
  ): Promise<RetainedIdentity | undefined>;
  readonly personalData: PersonalData;

  /** Whose password it is, with the same work whether there is such an account or not. */
  checkPassword(claim: PasswordClaim): Promise<CheckedPassword>;
  /**
   * The account that someone is about to be logged in to, held until the transaction is over.
   * With the `proof` of a checked password: undefined when that was changed meanwhile.
   */
  lockForLoginIn(tx: Tx, userId: string, proof: string | undefined): Promise<User | undefined>;
  /** Makes an account for someone whom another service vouches for. */
  openAccountIn(tx: Tx, account: VouchedAccount, now: EpochMs): Promise<User>;
  /**
   * Makes other changes to the account wait for this transaction.
   * @throws NotFound
   */
  lockIn(tx: Tx, userId: string): Promise<User>;
  /** Whether there is a password to log in with. */
  hasPasswordIn(reader: Reader, userId: string): Promise<boolean>;
  /** Notes what was done to an account, for admins. */
  noteChangeIn(tx: Tx, change: Parameters<typeof noteAccountChange>[1]): Promise<void>;
  /** @throws NotFound */
  readIn(reader: Reader, userId: string): Promise<User>;
  /** Gives a role for another domain's reasons; see change-role.ts. */
  giveRoleIn(tx: Tx, change: RoleChangeIn): Promise<void>;
  /** Takes a role for another domain's reasons, and ends what sessions still say it. */
  takeRoleIn(tx: Tx, change: RoleChangeIn): Promise<void>;
  /** Seals what was stored before it was sealed; see seal-stored.ts. */
  sealStored(signal: AbortSignal): Promise<void>;
  /** What makes an e-mail the same as another. */
  emailKeyOf(email: string): string;
  findIdByEmail(email: string): Promise<string | undefined>;
  /** What accounts may do as of now, by user id. */
  standingsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
  /** Those of the accounts that are suspended. */
  suspendedAmong(reader: Reader, userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Names shown to others, by user id, inside or outside of a transaction. */
  namesOf(reader: Reader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Whether the account may sell as of now, which stays so until the transaction is over. */
  isSellerIn(tx: Tx, userId: string): Promise<boolean>;
  /** Those of the ids that are sellers, inside or outside of a transaction. */
  sellersAmong(reader: Reader, userIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createUsers(domainDeps: DomainDeps, neighbours: UsersNeighbours): Users {
  const deps = createDeps(domainDeps, neighbours);
  const { db, clock } = deps;
  return {
    signUp: (input) => signUp(deps, input),
    requestEmailVerification: (actor) => requestEmailVerification(deps, actor),
    verifyEmail: (token) => verifyEmail(deps, token),
    requestPasswordReset: (email, address) => requestPasswordReset(deps, email, address),
    sendPasswordReset: (job) => sendPasswordReset(deps, job),
    resetPassword: (input) => resetPassword(deps, input),
    updateProfile: (actor, input) => updateProfile(deps, actor, input),
    updateProfileImage: (actor, input) => updateProfileImage(deps, actor, input),
    removeProfileImage: (actor, requestId) => removeProfileImage(deps, actor, requestId),
    showNextImage: (userId, fileId) => showNextImage(deps, userId, fileId),
    requestEmailChange: (actor, input) => requestEmailChange(deps, actor, input),
    confirmEmailChange: (token) => confirmEmailChange(deps, token),
    changePassword: (actor, input) => changePassword(deps, actor, input),
    confirmIdentity: (actor, claim) => confirmIdentity(deps, actor, claim),
    publishTos: (publishedBy, input) => publishTos(deps, publishedBy, input),
    getTos: (version) => getTos(db.primary, version, clock.now()),
    agreeTos: (actor, version) => agreeTos(deps, actor, version),
    setMarketingConsent: (actor, consents) => setMarketingConsent(deps, actor, consents),
    getUser: (actor, input) => getUser(deps, actor, input),
    grantRole: (actor, input) => grantRole(deps, actor, input),
    revokeRole: (actor, input) => revokeRole(deps, actor, input),
    suspendUser: (actor, input) => suspendUser(deps, actor, input),
    unsuspendUser: (actor, input) => unsuspendUser(deps, actor, input),
    listAccountChanges: (filter) => listAccountChanges(db.primary, filter),
    ensureAdmin: () => ensureAdmin(deps),
    ensureUser: (input) => ensureUser(deps, input),
    async holdIn(tx, proof) {
      await lockUser(tx, proof.userId);
      await holdsIn(tx, proof);
    },
    holdLeaverIn: (tx, proof) => holdLeaver(deps, tx, proof),
    eraseIn: (tx, leaver, keptUntil) => eraseUser(deps, tx, leaver, keptUntil),
    listRetained: (at, limit) => listRetained(deps, at, limit),
    forgetRetainedIn: forgetRetained,
    readRetained: (actor, input) => readRetainedIdentity(deps, actor, input),
    personalData: createUsersPersonalData(deps),
    checkPassword: (claim) => checkPasswordOf(deps, claim),
    openAccountIn: (tx, account, now) => openAccountIn(deps, tx, account, now),
    async lockIn(tx, userId) {
      await lockUser(tx, userId);
      return readUser(deps, tx, userId);
    },
    hasPasswordIn: async (reader, userId) => (await passwordHashOf(reader, userId)) !== null,
    noteChangeIn: noteAccountChange,
    giveRoleIn,
    takeRoleIn: (tx, change) => takeRoleIn(deps, tx, change),
    lockForLoginIn: (tx, userId, proof) => lockForLogin(deps, tx, userId, proof),
    readIn: (reader, userId) => readUser(deps, reader, userId),
    sealStored: (signal) => sealStoredAccounts(deps, signal),
    emailKeyOf,
    findIdByEmail: async (email) => (await findUserRowByEmail(deps, db.read, email))?.id,
    standingsOf: (userIds) => standingsOf(db.primary, userIds),
    suspendedAmong,
    namesOf,
    isSellerIn,
    sellersAmong,
  };
}

function createDeps(domainDeps: DomainDeps, neighbours: UsersNeighbours): UsersDeps {
  const { config } = domainDeps;
  const { limits } = neighbours;
  const perHour = (points: number) => ({ points, seconds: 3_600 });
  const mails = perHour(config.ACCOUNT_MAILS_PER_HOUR);
  return {
    ...domainDeps,
    ...neighbours,
    passwords: createPasswords(config.ARGON2_MEMORY_KIB),
    sealer: createSealer(serviceSecret(config), 'password resets'),
    limits: {
      signUps: limits.fixed('sign-up', perHour(config.SIGN_UPS_PER_HOUR)),
      verifications: limits.fixed('verify-email', mails),
      resets: limits.fixed('reset-password', mails),
      resetsFrom: limits.fixed('reset-from', perHour(config.SIGN_UPS_PER_HOUR)),
      emailChanges: limits.fixed('change-email', mails),
      confirmations: limits.growing('confirm-identity', {
        free: config.LOGIN_FREE_FAILURES,
        firstDelaySeconds: config.LOGIN_FIRST_DELAY_SECONDS,
        maxDelaySeconds: config.LOGIN_MAX_DELAY_SECONDS,
      }),
    },
  };
}
