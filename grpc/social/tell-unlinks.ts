import { DomainError } from '../../common/errors/index.ts';
import type { SocialProviderName } from './entities.ts';
import type { SocialDeps } from './social-deps.ts';
import { findLink } from './store.ts';

/** A link that was taken away. */
export interface TakenLink {
  readonly provider: SocialProviderName;
  readonly sealedSubject: string;
}

/** Whether a provider was told, or why not. */
export interface ToldLink {
  readonly done: boolean;
  readonly reason: string;
}

/** Providers asked at once. */
const parallel = 10;

/**
 * Tells providers of links that were taken away, and answers for each in the order given. One that
 * was made anew meanwhile is left alone, and so is a provider that is not set up any more.
 */
export async function tellUnlinks(
  deps: SocialDeps,
  links: readonly TakenLink[],
): Promise<ToldLink[]> {
  const results: ToldLink[] = [];
  for (let i = 0; i < links.length; i += parallel) {
    const some = links.slice(i, i + parallel);
    results.push(...(await Promise.all(some.map((link) => tellUnlink(deps, link)))));
  }
  return results;
}

async function tellUnlink(
  { sealer, providers, db }: SocialDeps,
  { provider, sealedSubject }: TakenLink,
): Promise<ToldLink> {
  const subject = sealer.open(sealedSubject);
  if (subject === undefined) return { done: false, reason: 'sealed with another secret' };
  if ((await findLink(db.primary, { provider, subject })) !== undefined) return told;
  try {
    await providers[provider]?.unlink(subject);
    return told;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { done: false, reason: error.message };
  }
}

const told: ToldLink = { done: true, reason: '' };
