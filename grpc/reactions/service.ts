import { InvalidArgument } from '../../common/errors/index.ts';
import type {
  HeartReportOutcome,
  HeartReport as ProtoHeartReport,
  ReactionsServiceImplementation,
} from '../../proto/gen/onair/reactions/v1/reactions.ts';
import { accepted, type Outcome, refused } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { Reactions } from './index.ts';
import {
  getReactionsSchema,
  type HeartReport,
  heartReportSchema,
  maxReportsPerCall,
} from './requests.ts';

/** ReactionsService over the domain. */
export function createReactionsService(
  reactions: Reactions,
): ReactionsServiceImplementation<CallExt> {
  return {
    async reportHearts({ reports }) {
      if (reports.length > maxReportsPerCall) {
        throw new InvalidArgument(`at most ${maxReportsPerCall} reports in one call`);
      }
      const read = reports.map(readReport);
      const counted = await reactions.reportHearts(
        read.flatMap((one) => (one.ok ? [one.value] : [])),
      );
      const rest = counted.values();
      return {
        outcomes: read.map((one, i) =>
          toProtoOutcome(reports[i]?.broadcastId ?? '', one.ok ? rest.next().value : one),
        ),
      };
    },
    async getReactions(request) {
      const { broadcastId } = getReactionsSchema.parse(request);
      return { broadcastId, hearts: await reactions.readHearts(broadcastId) };
    },
  };
}

function readReport(report: ProtoHeartReport): Outcome<HeartReport> {
  const parsed = heartReportSchema.safeParse(report);
  return parsed.success ? accepted(parsed.data) : refused(describeIssues(parsed.error));
}

function toProtoOutcome(
  broadcastId: string,
  outcome: Outcome<number> | undefined,
): HeartReportOutcome {
  if (outcome === undefined) throw new Error('reactions lost a report');
  return {
    result: outcome.ok
      ? { $case: 'reactions', value: { broadcastId, hearts: outcome.value } }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}
