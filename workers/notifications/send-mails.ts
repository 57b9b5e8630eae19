import { MailOutcome } from '../../proto/gen/onair/notifications/v1/notifications.ts';
import { done, type JobHandler, type JobResult } from '../job.ts';

/** Sends mails; those that a server would not take yet come again later, each at its own pace. */
export const sendMails: JobHandler<'notifications.send-mail'> = async (
  jobs,
  { clients, options },
) => {
  const mailIds = jobs.map((job) => job.payload.mailId);
  const { results } = await clients.notifications.sendMails({ mailIds }, options);
  return jobs.map(({ attempts }, i): JobResult => {
    const result = results[i];
    if (result?.outcome === MailOutcome.DONE) return done;
    const reason = result?.reason ?? 'no answer';
    if (result?.outcome === MailOutcome.FAILED) return { kind: 'failed', reason };
    return { kind: 'retry', reason, afterSeconds: waitSeconds(attempts) };
  });
};

const maxWaitSeconds = 1_800;

/** Again after 2, 4, 8 ... seconds, at most half an hour, ±20 %. */
function waitSeconds(attempts: number): number {
  const full = Math.min(maxWaitSeconds, 2 ** Math.min(attempts, 16));
  return Math.max(1, full * (0.8 + 0.4 * Math.random()));
}
