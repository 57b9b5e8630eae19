import { serviceSecret, type UserActor } from '../../common/auth/index.ts';
import { createSealer } from '../../common/seal.ts';
import { socialSettings } from '../../common/social-settings.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Limits } from '../limits/index.ts';
import type { PersonalData } from '../personal-data.ts';
import type { Tokens } from '../sessions/index.ts';
import { type Attempt, type BeginInput, beginAttempt, pruneAttempts } from './begin-attempt.ts';
import type { SocialAccountRow } from './entities.ts';
import { linkAccount } from './link-account.ts';
import { logInWith, type SocialLogInInput } from './log-in.ts';
import { createSocialPersonalData } from './personal-data.ts';
import { createKakao } from './providers/kakao.ts';
import { createX } from './providers/x.ts';
import type { SocialDeps } from './social-deps.ts';
import { listLinks } from './store.ts';
import { type TakenLink, type ToldLink, tellUnlinks } from './tell-unlinks.ts';
import { receiveKakaoUnlink, type UnlinkInput, unlinkAccount } from './unlink-account.ts';

export { socialEntities } from './entities.ts';
export { createSocialService } from './service.ts';
export { dropSocialLinksOf } from './unlink-account.ts';

/** Accounts elsewhere. What each use case guarantees and refuses stands where it is written. */
export interface Social {
  begin(input: BeginInput): Promise<Attempt>;
  logIn(input: SocialLogInInput): Promise<Tokens>;
  link(actor: UserActor, input: Parameters<typeof linkAccount>[2]): Promise<SocialAccountRow>;
  /** What opens the actor's account. */
  list(actor: UserActor): Promise<{
    readonly links: readonly SocialAccountRow[];
    readonly hasPassword: boolean;
  }>;
  unlink(actor: UserActor, input: UnlinkInput): Promise<void>;
  receiveKakaoUnlink(subject: string): Promise<void>;
  tellUnlinks(links: readonly TakenLink[]): Promise<ToldLink[]>;
  pruneAttempts(limit: number): Promise<number>;
  readonly personalData: PersonalData;
}

/** What this domain needs of its neighbours. */
interface SocialNeighbours extends Pick<SocialDeps, 'users' | 'sessions' | 'notifications'> {
  readonly limits: Limits;
}

/** Attempts begun by one address for each account that it may open. */
const beginsPerSignUp = 4;

export function createSocial(
  domainDeps: DomainDeps,
  { limits, ...neighbours }: SocialNeighbours,
): Social {
  const { config, log, db } = domainDeps;
  const { kakao, x, redirectUris } = socialSettings(config);
  const timeoutMs = config.SOCIAL_TIMEOUT_MS;
  const perHour = (points: number) => ({ points, seconds: 3_600 });
  const { users } = neighbours;
  const deps: SocialDeps = {
    ...domainDeps,
    ...neighbours,
    redirectUris,
    providers: {
      kakao: kakao && createKakao(kakao, timeoutMs, log),
      x: x && createX(x, timeoutMs, log),
    },
    sealer: createSealer(serviceSecret(config), 'social links'),
    limits: {
      begins: limits.fixed('social-begin', perHour(config.SIGN_UPS_PER_HOUR * beginsPerSignUp)),
      signUps: limits.fixed('sign-up', perHour(config.SIGN_UPS_PER_HOUR)),
    },
  };
  return {
    begin: (input) => beginAttempt(deps, input),
    logIn: (input) => logInWith(deps, input),
    link: (actor, input) => linkAccount(deps, actor, input),
    async list({ userId }) {
      const [links, hasPassword] = await Promise.all([
        listLinks(db.primary, userId),
        users.hasPasswordIn(db.primary, userId),
      ]);
      return { links, hasPassword };
    },
    unlink: (actor, input) => unlinkAccount(deps, actor, input),
    receiveKakaoUnlink: (subject) => receiveKakaoUnlink(deps, subject),
    tellUnlinks: (links) => tellUnlinks(deps, links),
    pruneAttempts: (limit) => pruneAttempts(deps, limit),
    personalData: createSocialPersonalData(deps),
  };
}
