import type { BroadcastNews } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { LiveState } from '../state/live-state.ts';
import { createPollsSync } from './polls-sync.ts';
import { createPurchasesSync } from './purchases-sync.ts';
import { createQuestionsSync } from './questions-sync.ts';
import { createReactionsSync } from './reactions-sync.ts';

export interface SubjectSyncDeps<Domain extends keyof Clients> {
  readonly broadcastId: string;
  readonly state: LiveState;
  readonly services: Pick<Clients, Domain>;
}

/** Keeps one part of the state true to the services. */
export interface SubjectSync {
  /** Takes news, its own and others'. */
  onNews(news: BroadcastNews): void;
  /** Reads all of it again. @throws DomainError as the services */
  refresh(): Promise<void>;
  /** Changes the state; called right before a patch is encoded. */
  tick(): void;
}

/** What the audience does, beside talking, as the state shows it. */
export function createAudienceSync(
  deps: SubjectSyncDeps<'reactions' | 'polls' | 'questions' | 'chat'>,
): SubjectSync {
  const subjects = [
    createReactionsSync(deps),
    createPollsSync(deps),
    createQuestionsSync(deps),
    createPurchasesSync(deps),
  ];
  return {
    onNews(news) {
      for (const subject of subjects) subject.onNews(news);
    },
    async refresh() {
      await Promise.all(subjects.map((subject) => subject.refresh()));
    },
    tick() {
      for (const subject of subjects) subject.tick();
    },
  };
}
