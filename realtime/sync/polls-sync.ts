import type { BroadcastNews, PollNews } from '../../common/pulse/index.ts';
import { type Poll, PollStatus } from '../../proto/gen/onair/polls/v1/polls.ts';
import { PollOption } from '../state/audience-state.ts';
import type { LiveState } from '../state/live-state.ts';
import type { SubjectSync, SubjectSyncDeps } from './audience-sync.ts';
import { createPaced } from './paced.ts';

/**
 * The newest poll in the state: at once when one opens or closes, its counts about once a second.
 * News is taken over by version, so what comes late or twice changes nothing.
 */
export function createPollsSync({
  broadcastId,
  state,
  services,
}: SubjectSyncDeps<'polls'>): SubjectSync {
  let known: PollNews | undefined;
  const shown = createPaced<PollNews>((poll) => showPoll(state, poll), 1_000);

  function learn(poll: PollNews): void {
    if (known !== undefined && !isNewer(poll, known)) return;
    const isOther = poll.id !== known?.id || poll.status !== known.status;
    known = poll;
    shown.offer(poll, isOther);
  }

  return {
    onNews(news: BroadcastNews) {
      if (news.type === 'poll') learn(news.poll);
    },
    async refresh() {
      const { poll } = await services.polls.getLatestPoll({ broadcastId });
      if (poll !== undefined) learn(toPollNews(poll));
    },
    tick: shown.tick,
  };
}

function isNewer(poll: PollNews, known: PollNews): boolean {
  if (poll.ordinal !== known.ordinal) return poll.ordinal > known.ordinal;
  return poll.version > known.version;
}

/** Only what differs is written, so counts cost the viewers no more than the counts. */
function showPoll({ poll: target }: LiveState, poll: PollNews): void {
  const isOther = target.id !== poll.id;
  const { ordinal: _, version: __, options, ...fields } = poll;
  target.assign(fields);
  if (isOther) {
    target.options.splice(0, target.options.length);
    for (const option of options) target.options.push(new PollOption(option));
    return;
  }
  options.forEach(({ votes }, i) => {
    const option = target.options[i];
    if (option !== undefined) option.votes = votes;
  });
}

/** A poll as it was read, in the form in which news carries it. */
function toPollNews(poll: Poll): PollNews {
  const { id, ordinal, question, multiple, hidesResults, voters, version, options } = poll;
  return {
    ...{ id, ordinal, question, multiple, hidesResults, voters, version, options },
    status: poll.status === PollStatus.OPEN ? 'open' : 'closed',
    openedAt: poll.openedAt?.getTime() ?? 0,
    endsAt: poll.endsAt?.getTime() ?? 0,
    closedAt: poll.closedAt?.getTime() ?? 0,
  };
}
