import type { ObjectStore } from '../common/files/index.ts';
import { verifyAccounts } from './banks/verify-accounts.ts';
import { announceDeals } from './broadcasts/announce-deals.ts';
import { endBroadcastsOf } from './broadcasts/end-broadcasts-of.ts';
import { forgetSpeakers } from './chat/forget-speakers.ts';
import { postPurchases } from './chat/post-purchases.ts';
import { pruneMessages } from './chat/prune-messages.ts';
import { tellPurchases } from './chat/tell-purchases.ts';
import { eraseRest, eraseRetained } from './departures/erase.ts';
import { createCheckFiles } from './files/check-files.ts';
import { createEraseFiles, sweepFiles } from './files/erase-files.ts';
import type { JobHandlers } from './job.ts';
import { pruneJobs, pruneRequests } from './jobs/prune.ts';
import { sendMails } from './notifications/send-mails.ts';
import { expireOrders } from './orders/expire-orders.ts';
import { refundPayments } from './payments/refund-payments.ts';
import { settlePayments } from './payments/settle-payments.ts';
import { expireLots } from './points/expire-lots.ts';
import { endPolls, expirePolls } from './polls/close-polls.ts';
import { pruneReads } from './privacy/prune-reads.ts';
import { checkApplications } from './sellers/check-applications.ts';
import { endSuspensions } from './sellers/end-suspensions.ts';
import { keepKeys, pruneAttempts } from './sessions/keep.ts';
import { pruneSocialAttempts, tellUnlinks } from './social/tell-unlinks.ts';
import { sendResets } from './users/send-resets.ts';
import { showImages } from './users/show-images.ts';

/** Who handles what, but for those that work with objects. */
const handlers: Omit<JobHandlers, 'files.check' | 'files.erase'> = {
  'orders.expire': expireOrders,
  'payments.settle': settlePayments,
  'payments.refund': refundPayments,
  'chat.purchases': postPurchases,
  'chat.tell-purchases': tellPurchases,
  'broadcasts.announce-deals': announceDeals,
  'broadcasts.end-of': endBroadcastsOf,
  'polls.expire': expirePolls,
  'polls.end': endPolls,
  'users.send-reset': sendResets,
  'users.show-image': showImages,
  'sellers.check': checkApplications,
  'sellers.end-suspension': endSuspensions,
  'banks.verify': verifyAccounts,
  'departures.erase-rest': eraseRest,
  'departures.erase-retained': eraseRetained,
  'notifications.send-mail': sendMails,
  'files.sweep': sweepFiles,
  'social.tell-unlink': tellUnlinks,
  'social.prune-attempts': pruneSocialAttempts,
  'sessions.keep-keys': keepKeys,
  'sessions.prune-attempts': pruneAttempts,
  'privacy.prune-reads': pruneReads,
  'chat.forget-speakers': forgetSpeakers,
  'points.expire-lots': expireLots,
  'chat.prune': pruneMessages,
  'requests.prune': pruneRequests,
  'jobs.prune': pruneJobs,
};

/** A handler for every kind of job. */
export function createHandlers(objects: ObjectStore): JobHandlers {
  return {
    ...handlers,
    'files.check': createCheckFiles(objects),
    'files.erase': createEraseFiles(objects),
  };
}
