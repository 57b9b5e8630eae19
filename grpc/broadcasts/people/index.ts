import type { UserActor } from '../../../common/auth/index.ts';
import { requireAuthority } from './authority.ts';
import { banViewer, unbanViewer } from './bans.ts';
import type { BanRow, ModeratorRow, StandingChangeRow } from './entities.ts';
import { addModerator, removeModerator } from './moderators.ts';
import type { PeopleDeps } from './people-deps.ts';
import type { BanInput, ModeratorInput, UnbanInput } from './requests.ts';
import { type Standing, type StandingKey, standingsOf } from './standings.ts';
import { type ListedBan, listBans, listChanges, listModerators } from './store.ts';

/** A page of a broadcast's people, asked for by someone. */
interface PeopleQuery {
  readonly broadcastId: string;
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** Who is what in a broadcast, and who is kept out. */
export interface People {
  addModerator(actor: UserActor, input: ModeratorInput): Promise<ModeratorRow>;
  removeModerator(actor: UserActor, input: ModeratorInput): Promise<void>;
  /** By account, with one more than asked for if there are more. */
  listModerators(actor: UserActor, query: PeopleQuery): Promise<ModeratorRow[]>;
  banViewer(actor: UserActor, input: BanInput): Promise<BanRow>;
  unbanViewer(actor: UserActor, input: UnbanInput): Promise<void>;
  /** Those in force, by account, with one more than asked for if there are more. */
  listBans(actor: UserActor, query: PeopleQuery): Promise<ListedBan[]>;
  /**
   * Who changed what of whom in the broadcast, or in all of its seller's, newest first, with one
   * more than asked for if there are more.
   * @throws NotFound for an unknown broadcast, PermissionDenied unless host or admin
   */
  listChanges(
    actor: UserActor,
    query: Omit<PeopleQuery, 'afterId'> & { readonly beforeId: string | undefined },
  ): Promise<StandingChangeRow[]>;
  /** What each is in a broadcast now, in the order given; a ban of a moment ago counts. */
  standings(pairs: readonly StandingKey[]): Promise<Standing[]>;
  /** @throws NotFound for an unknown broadcast, PermissionDenied unless host, moderator or admin */
  requireKeeper(actor: UserActor, broadcastId: string): Promise<void>;
  /** Names shown, by account. */
  namesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createPeople(deps: PeopleDeps): People {
  const { db, clock, accounts } = deps;
  return {
    addModerator: (actor, input) => addModerator(deps, actor, input),
    removeModerator: (actor, input) => removeModerator(deps, actor, input),
    async listModerators(actor, query) {
      await requireAuthority(db.primary, actor, query.broadcastId, clock.now());
      return listModerators(db.primary, query);
    },
    banViewer: (actor, input) => banViewer(deps, actor, input),
    unbanViewer: (actor, input) => unbanViewer(deps, actor, input),
    async listBans(actor, query) {
      const { sellerId } = await requireAuthority(
        db.primary,
        actor,
        query.broadcastId,
        clock.now(),
      );
      return listBans(db.primary, { ...query, sellerId, now: clock.now() });
    },
    async listChanges(actor, query) {
      const { broadcastId } = query;
      const allowed = ['admin', 'host'] as const;
      const now = clock.now();
      const { sellerId } = await requireAuthority(db.primary, actor, broadcastId, now, allowed);
      return listChanges(db.primary, { ...query, sellerId });
    },
    standings: (pairs) => standingsOf(db.primary, pairs, clock.now()),
    async requireKeeper(actor, broadcastId) {
      await requireAuthority(db.primary, actor, broadcastId, clock.now());
    },
    namesOf: (userIds) => accounts.namesOf(db.read, userIds),
  };
}
