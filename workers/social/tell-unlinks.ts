import { SocialProvider } from '../../proto/gen/onair/social/v1/social.ts';
import { inBites } from '../in-bites.ts';
import { done, type JobHandler, type JobResult } from '../job.ts';

const providers = { kakao: SocialProvider.KAKAO, x: SocialProvider.X } as const;

/** Tells providers of links that were taken away; who can't be reached now is told later. */
export const tellUnlinks: JobHandler<'social.tell-unlink'> = async (jobs, { clients, options }) => {
  const links = jobs.map(({ payload: { provider, sealedSubject } }) => ({
    provider: providers[provider],
    sealedSubject,
  }));
  const { results } = await clients.social.tellUnlinks({ links }, options);
  return jobs.map((_, i): JobResult => {
    const { done: isDone = false, reason = 'no answer' } = results[i] ?? {};
    return isDone ? done : { kind: 'retry', reason };
  });
};

/** Forgets social logins that were never finished. */
export const pruneSocialAttempts: JobHandler<'social.prune-attempts'> = async (
  jobs,
  { clients, options },
) => {
  await inBites(
    async (limit) => (await clients.social.pruneSocialAttempts({ limit }, options)).pruned,
    options.signal,
  );
  return jobs.map(() => done);
};
