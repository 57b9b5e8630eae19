import type { RpcName } from '../rpc/services.ts';
import type { Actor, Role } from './actor.ts';

/** Who may call: a role, anyone at all, or one of our own processes. */
export type Principal = 'anonymous' | Role | 'service';

const anyone: readonly Principal[] = ['anonymous', 'viewer', 'seller', 'admin', 'service'];
const people: readonly Principal[] = ['viewer', 'seller', 'admin'];
const peopleAndServices: readonly Principal[] = ['viewer', 'seller', 'admin', 'service'];
const sellers: readonly Principal[] = ['seller'];
const admins: readonly Principal[] = ['admin'];
const processes: readonly Principal[] = ['service'];

/**
 * The one table of who may do what, read by the gRPC server and by the REST edge. It says which
 * kinds of caller an action is open to; that a product is the caller's own is the domain's check.
 */
export const permissions: Readonly<Record<RpcName, readonly Principal[]>> = {
  'users.signUp': anyone,
  'users.getUser': peopleAndServices,
  'users.grantRole': admins,
  'users.revokeRole': admins,
  'users.requestEmailVerification': people,
  'users.verifyEmail': anyone,
  'users.requestPasswordReset': anyone,
  'users.sendPasswordResets': processes,
  'users.resetPassword': anyone,
  'users.updateProfile': people,
  'users.requestEmailChange': people,
  'users.confirmEmailChange': anyone,
  'users.changePassword': people,
  'users.updateProfileImage': people,
  'users.removeProfileImage': people,
  'users.showNextImages': processes,
  'users.publishTos': admins,
  'users.getTos': anyone,
  'users.agreeTos': people,
  'users.setMarketingConsent': people,
  'users.suspendUser': admins,
  'users.unsuspendUser': admins,
  'users.listAccountChanges': admins,

  'sessions.logIn': anyone,
  'sessions.logInWithCode': anyone,
  'sessions.getTotp': people,
  'sessions.beginTotp': people,
  'sessions.confirmTotp': people,
  'sessions.disableTotp': people,
  'sessions.refreshSession': anyone,
  'sessions.logOut': anyone,
  'sessions.logOutEverywhere': people,
  'sessions.listSessions': people,
  'sessions.revokeSession': people,
  'sessions.listEndedSessions': processes,
  'sessions.getSigningKeys': anyone,
  'sessions.rotateSigningKey': admins,
  'sessions.keepSigningKeys': processes,
  'sessions.listLoginAttempts': admins,
  'sessions.pruneLoginAttempts': processes,

  'social.beginSocialLogin': anyone,
  'social.beginSocialLink': people,
  'social.loginWithKakao': anyone,
  'social.loginWithTwitter': anyone,
  'social.linkSocialAccount': people,
  'social.listSocialAccounts': people,
  'social.unlinkSocialAccount': people,
  'social.receiveKakaoUnlink': processes,
  'social.tellUnlinks': processes,
  'social.pruneSocialAttempts': processes,

  'notifications.sendMails': processes,

  'files.getTextureUploadUrl': people,
  'files.createUpload': people,
  'files.completeUpload': people,
  'files.getFile': peopleAndServices,
  'files.recordCheck': processes,
  'files.sweepFiles': processes,

  'catalog.createProduct': sellers,
  'catalog.updateProduct': sellers,
  'catalog.getProduct': anyone,
  'catalog.batchGetProducts': anyone,
  'catalog.listProducts': anyone,
  'catalog.adjustStock': sellers,
  'catalog.listStockMovements': ['seller', 'admin'],

  'broadcasts.createBroadcast': sellers,
  'broadcasts.updateBroadcast': sellers,
  'broadcasts.getBroadcast': anyone,
  'broadcasts.listBroadcasts': anyone,
  'broadcasts.setBroadcastProducts': sellers,
  'broadcasts.highlightProduct': sellers,
  'broadcasts.startBroadcast': sellers,
  'broadcasts.endBroadcast': ['seller', 'admin'],
  'broadcasts.pinNotice': sellers,
  'broadcasts.createDeal': sellers,
  'broadcasts.closeDeal': ['seller', 'admin'],
  'broadcasts.announceDeals': processes,
  'broadcasts.endBroadcastsOf': processes,
  'broadcasts.reportAttendance': processes,
  'broadcasts.admitViewers': processes,
  'broadcasts.admitViewersInTurn': processes,
  'broadcasts.carrySeats': processes,
  'broadcasts.getStandings': processes,
  'broadcasts.setCapacity': ['seller', 'admin'],
  'broadcasts.getCapacity': people,
  'broadcasts.listParticipants': people,
  'broadcasts.addVip': ['seller', 'admin'],
  'broadcasts.removeVip': ['seller', 'admin'],
  'broadcasts.listVips': ['seller', 'admin'],
  'broadcasts.addModerator': ['seller', 'admin'],
  'broadcasts.removeModerator': ['seller', 'admin'],
  'broadcasts.listModerators': people,
  'broadcasts.banViewer': people,
  'broadcasts.unbanViewer': people,
  'broadcasts.listBans': people,
  'broadcasts.listPeopleChanges': ['seller', 'admin'],

  'orders.placeOrders': peopleAndServices,
  'orders.placeOrdersInTurn': processes,
  'orders.getOrder': peopleAndServices,
  'orders.listOrders': peopleAndServices,
  'orders.cancelOrder': people,
  'orders.expireOrders': processes,

  'payments.payOrder': people,
  'payments.getPayment': peopleAndServices,
  'payments.listPayments': peopleAndServices,
  'payments.settlePayments': processes,
  'payments.refundPayments': processes,

  'points.charge': admins,
  'points.hold': processes,
  'points.post': processes,
  'points.void': processes,
  'points.getBalance': peopleAndServices,
  'points.listTransfers': peopleAndServices,
  'points.expireLots': processes,

  'chat.postMessages': processes,
  'chat.postMessagesInTurn': processes,
  'chat.listMessages': anyone,
  'chat.exportMessages': ['seller', 'admin'],
  'chat.pruneMessages': processes,
  'chat.postPurchases': processes,
  'chat.tellPurchases': processes,
  'chat.announceDeals': processes,
  'chat.getPurchaseNotice': anyone,
  'chat.getChatSettings': anyone,
  'chat.updateChatSettings': people,
  'chat.getRoomChat': processes,
  'chat.addBannedWords': ['seller', 'admin'],
  'chat.removeBannedWords': ['seller', 'admin'],
  'chat.listBannedWords': ['seller', 'admin'],
  'chat.muteUser': people,
  'chat.unmuteUser': people,
  'chat.listSanctions': people,
  'chat.listHeldMessages': people,
  'chat.countHeldMessages': processes,
  'chat.resolveHeldMessage': people,
  'chat.removeMessage': people,
  'chat.listModeration': people,
  'chat.forgetSpeakers': processes,

  'follows.follow': people,
  'follows.unfollow': people,
  'follows.getFollow': anyone,
  'follows.listFollowing': people,
  'follows.listFollowers': ['seller', 'admin'],

  'reactions.reportHearts': processes,
  'reactions.getReactions': anyone,

  'polls.createPoll': people,
  'polls.closePoll': people,
  'polls.getPoll': anyone,
  'polls.getLatestPoll': anyone,
  'polls.listPolls': anyone,
  'polls.castVotes': peopleAndServices,
  'polls.getMyVote': people,
  'polls.expirePolls': processes,
  'polls.endPolls': processes,

  'questions.askQuestions': peopleAndServices,
  'questions.upvoteQuestions': peopleAndServices,
  'questions.answerQuestion': people,
  'questions.pinQuestion': people,
  'questions.hideQuestion': people,
  'questions.getQuestion': anyone,
  'questions.getQuestionBoard': anyone,
  'questions.listQuestions': anyone,

  'sellers.submitApplication': people,
  'sellers.getOwnApplication': people,
  'sellers.getApplication': admins,
  'sellers.listApplications': admins,
  'sellers.approveApplication': admins,
  'sellers.rejectApplication': admins,
  'sellers.recheckApplication': admins,
  'sellers.checkApplications': processes,
  'sellers.suspendSeller': admins,
  'sellers.reinstateSeller': admins,
  'sellers.endSuspensions': processes,
  'sellers.getSeller': anyone,
  'sellers.updateProfile': sellers,
  'sellers.getSales': ['seller', 'admin'],

  'banks.listBanks': anyone,
  'banks.setBankAccount': people,
  'banks.getBankAccount': peopleAndServices,
  'banks.verifyBankAccounts': processes,

  'departures.deleteAccount': people,
  'departures.beginExport': people,
  'departures.readExport': people,
  'departures.eraseRest': processes,
  'departures.eraseRetained': processes,
  'departures.getRetainedIdentity': admins,

  'jobs.leaseJobs': processes,
  'jobs.completeJobs': processes,
  'jobs.failJobs': processes,
  'jobs.enqueueTick': processes,
  'jobs.listDeadJobs': admins,
  'jobs.retryDeadJob': admins,

  'privacy.listPersonalDataReads': admins,
  'privacy.prunePersonalDataReads': processes,

  'audits.verifyBooks': admins,
  'jobs.pruneRequests': processes,
  'jobs.pruneJobs': processes,
};

/** Where money moves: what people do with their own. */
const moneyActions: ReadonlySet<RpcName> = new Set<RpcName>([
  'payments.payOrder',
  'orders.cancelOrder',
]);

/** Whether money moves by an action. */
export function isMoneyAction(action: RpcName): boolean {
  return action === 'orders.placeOrders' || action === 'points.charge' || moneyActions.has(action);
}

/** By which an account could be taken over, or is lost. */
const accountActions: ReadonlySet<RpcName> = new Set<RpcName>([
  'users.requestEmailChange',
  'users.changePassword',
  'banks.setBankAccount',
  'departures.deleteAccount',
  'departures.beginExport',
]);

/**
 * Whether an action is worth a look at the account as it is now, rather than as the access token
 * says it was: where money moves, where an account changes hands or ends, and all that takes a role
 * which can be taken away.
 */
export function isSensitive(action: RpcName): boolean {
  const allowed = permissions[action];
  const takesRole = allowed.includes('seller') || allowed.includes('admin');
  if (moneyActions.has(action) || accountActions.has(action)) return true;
  return takesRole && !allowed.includes('viewer');
}

/** Whether the table opens the action to this caller. */
export function isPermitted(actor: Actor, action: RpcName): boolean {
  const allowed = permissions[action];
  if (actor.kind === 'user') return actor.roles.some((role) => allowed.includes(role));
  return allowed.includes(actor.kind);
}
