import { z } from 'zod';
import { filePurposes, storedTypes } from './files/purposes.ts';
import { type IdPrefix, idLength } from './ids.ts';

const id = (prefix: IdPrefix) =>
  z
    .string()
    .length(idLength)
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]+$`), `must be an id like ${prefix}_...`);

/** One tick of the schedule; the tick's own time as ISO 8601 in UTC. */
const tick = z.object({ tick: z.iso.datetime() });

/**
 * What each kind of job carries. Domains enqueue by this table and workers parse by it, so that
 * neither can send what the other can't read.
 */
export const jobPayloads = {
  /** Expire the order if its payment deadline is past. Due a second after the deadline. */
  'orders.expire': z.object({ orderId: id('ord') }),
  /** Ask the provider what became of a payment whose outcome is not known. */
  'payments.settle': z.object({ paymentId: id('pay') }),
  /** Give the money of a cancelled paid order back. */
  'payments.refund': z.object({ orderId: id('ord') }),
  /** Tell the room that someone bought. */
  'chat.purchases': z.object({
    orderId: id('ord'),
    broadcastId: id('brc'),
    userId: id('usr'),
    /** What was bought, for people: a product's name, or "이름 외 2건". */
    summary: z.string().min(1).max(300),
    quantity: z.number().int().min(1),
  }),
  /** Tell the room of the purchases of a window that is over. Due at its end. */
  'chat.tell-purchases': z.object({ broadcastId: id('brc') }),
  /** Tell the room that a deal began or ended. Due when it begins, and again when it ends. */
  'broadcasts.announce-deals': z.object({ dealId: id('dea') }),
  /** End what an account has on air that may not sell any more. */
  'broadcasts.end-of': z.object({ sellerId: id('usr') }),
  /** Close a poll whose time is up. Due when it is. */
  'polls.expire': z.object({ pollId: id('pol') }),
  /** Close the poll that is still open in a broadcast that has ended. */
  'polls.end': z.object({ broadcastId: id('brc') }),
  /** Make a link that resets a password, if the e-mail has an account, and mail it. */
  'users.send-reset': z.object({ sealedEmail: z.string().min(1).max(2_000) }),
  /** Ask the National Tax Service about the business of an application. */
  'sellers.check': z.object({ applicationId: id('sap') }),
  /** End the suspension of a seller whose time is up. Due when it is. */
  'sellers.end-suspension': z.object({ applicationId: id('sap') }),
  /** Ask the bank whose an account is. */
  'banks.verify': z.object({ userId: id('usr') }),
  /** Erase what is left of someone who left, bite by bite. */
  'departures.erase-rest': z.object({ userId: id('usr') }),
  /** Erase what law wanted kept of people who left, where it wants that no more. */
  'departures.erase-retained': tick,
  /** Show a picture that was looked at, if its owner waits for it. */
  'users.show-image': z.object({ userId: id('usr'), fileId: id('fil') }),
  /** Send a mail. */
  'notifications.send-mail': z.object({ mailId: id('mal') }),
  /** Look at an upload, and put it in place or reject it. */
  'files.check': z.object({
    fileId: id('fil'),
    purpose: z.enum(filePurposes),
    /** As its owner said. */
    contentType: z.enum(storedTypes),
  }),
  /** Erase objects of a file: what is left in quarantine, or everything. */
  'files.erase': z.object({ fileId: id('fil'), scope: z.enum(['quarantine', 'all']) }),
  /** End uploads that never came and files that nothing uses. */
  'files.sweep': tick,
  /** Tell a provider that a link to its account was taken away. */
  'social.tell-unlink': z.object({
    provider: z.enum(['kakao', 'x']),
    sealedSubject: z.string().min(1).max(1_000),
  }),
  /** Forget social logins that were begun long ago and never finished. */
  'social.prune-attempts': tick,
  /** Rotate the signing key when it is due. */
  'sessions.keep-keys': tick,
  /** Forget attempts to log in of long ago. */
  'sessions.prune-attempts': tick,
  /** Forget who read personal data long ago. */
  'privacy.prune-reads': tick,
  /** Forget what limits of chat pace remember of people who long said nothing. */
  'chat.forget-speakers': tick,
  /** Take away what is left of points past their expiry. */
  'points.expire-lots': tick,
  /** Remove chat messages that are kept no longer. */
  'chat.prune': tick,
  /** Forget answers of requests that nobody repeats any more. */
  'requests.prune': tick,
  /** Forget jobs that were done long ago. */
  'jobs.prune': tick,
} as const;

/** A kind of job. */
export type JobKind = keyof typeof jobPayloads;

/** What each kind carries, parsed. */
export type JobPayloads = { readonly [K in JobKind]: z.output<(typeof jobPayloads)[K]> };

/**
 * Attempts before a job is dead and waits for an operator. Between two attempts lie the queue's
 * own back-off (1 s doubling up to an hour) or what the handler asked for. Money and stock are
 * tried for days; news of a room is worthless after minutes; a tick is followed by the next one.
 */
const maxAttempts: Readonly<Record<JobKind, number>> = {
  'orders.expire': 100,
  'payments.settle': 2_000,
  'payments.refund': 2_000,
  'chat.purchases': 8,
  'chat.tell-purchases': 8,
  'broadcasts.announce-deals': 8,
  'broadcasts.end-of': 100,
  'polls.expire': 100,
  'polls.end': 100,
  'users.send-reset': 20,
  'users.show-image': 100,
  // The Tax Service may be away for days, and nobody is approved without its answer.
  'sellers.check': 2_000,
  'sellers.end-suspension': 100,
  'banks.verify': 2_000,
  // Each bite is an attempt.
  'departures.erase-rest': 2_000,
  'departures.erase-retained': 3,
  // With the back-off that workers ask for, about a day: greylisting and outages pass, links don't
  // live longer.
  'notifications.send-mail': 40,
  // Until a worker with the store in reach comes by, for a day; then the sweep gives the file up.
  'files.check': 40,
  // What must go goes, however long the store is away.
  'files.erase': 2_000,
  'files.sweep': 3,
  'social.tell-unlink': 40,
  'social.prune-attempts': 3,
  'sessions.keep-keys': 3,
  'sessions.prune-attempts': 3,
  'privacy.prune-reads': 3,
  'chat.forget-speakers': 3,
  'points.expire-lots': 3,
  'chat.prune': 3,
  'requests.prune': 3,
  'jobs.prune': 3,
};

/** Every kind. */
export const jobKinds: readonly JobKind[] = Object.keys(jobPayloads).filter(isJobKind);

/** Whether the word names a kind of job. */
export function isJobKind(kind: string): kind is JobKind {
  return Object.hasOwn(jobPayloads, kind);
}

/** A kind of job that recurs: its payload is a tick of the schedule. */
export type TickKind = {
  [K in JobKind]: JobPayloads[K] extends { tick: string } ? K : never;
}[JobKind];

/** Whether the word names a kind of job that recurs. */
export function isTickKind(kind: string): kind is TickKind {
  return isJobKind(kind) && jobPayloads[kind] === tick;
}

/** A job to enqueue, as `enqueueJobs` takes it. */
export interface JobToEnqueue<Kind extends JobKind = JobKind> {
  readonly kind: Kind;
  readonly payload: JobPayloads[Kind];
  /** Epoch ms from when it may run. */
  readonly runAt: number;
  readonly maxAttempts: number;
  /** At most one job has a given key, ever; up to 100 characters. */
  readonly dedupeKey?: string;
}

/** A job of that kind, with the number of attempts that the kind deserves. */
export function jobOf<Kind extends JobKind>(
  kind: Kind,
  payload: JobPayloads[Kind],
  runAt: number,
  dedupeKey?: string,
): JobToEnqueue<Kind> {
  return { kind, payload, runAt, maxAttempts: maxAttempts[kind], dedupeKey };
}
