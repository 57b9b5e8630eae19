import { z } from 'zod';
import {
  MailOutcome,
  type NotificationsServiceImplementation,
} from '../../proto/gen/onair/notifications/v1/notifications.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { idOf } from '../rpc/fields.ts';
import type { Notifications } from './index.ts';
import type { MailResult } from './send-mails.ts';

const sendMailsRequest = z.object({ mailIds: z.array(idOf('mal')).max(500) });

const outcomes: Readonly<Record<MailResult['kind'], MailOutcome>> = {
  done: MailOutcome.DONE,
  retry: MailOutcome.RETRY,
  failed: MailOutcome.FAILED,
};

/** NotificationsService over the domain. */
export function createNotificationsService(
  notifications: Notifications,
): NotificationsServiceImplementation<CallExt> {
  return {
    async sendMails(request) {
      const { mailIds } = sendMailsRequest.parse(request);
      const results = await notifications.sendMails(mailIds);
      return {
        results: results.map((result, i) => ({
          mailId: mailIds[i] ?? '',
          outcome: outcomes[result.kind],
          reason: result.kind === 'done' ? '' : result.reason,
        })),
      };
    },
  };
}
