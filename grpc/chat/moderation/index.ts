import type { UserActor } from '../../../common/auth/index.ts';
import { NotFound } from '../../../common/errors/index.ts';
import { readChannel } from '../channels.ts';
import { countHeld, type HeldFilter, listHeldRows } from '../held-store.ts';
import type {
  ChatHeldRow,
  ChatModerationRow,
  ChatSanctionRow,
  ChatWordRow,
} from '../moderation-entities.ts';
import { forgetSpeakers } from '../speakers.ts';
import { listSanctionRows, muteUser, type SanctionFilter, unmuteUser } from './change-sanctions.ts';
import { type ChannelSettings, changeSettings } from './change-settings.ts';
import { addWords, type ChangedWords, listWords, removeWords } from './change-words.ts';
import { listRemovals, type Removals } from './list-removals.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { listEntries } from './moderation-log.ts';
import { removeMessage } from './remove-message.ts';
import type {
  AddWordsInput,
  MuteInput,
  RemoveMessageInput,
  RemoveWordsInput,
  ResolveHeldInput,
  UnmuteInput,
  UpdateSettingsInput,
} from './requests.ts';
import { requireListOwner } from './require-list-owner.ts';
import { resolveHeld } from './resolve-held.ts';

/** What a room shows of a chat beside its messages. */
export interface RoomChatView {
  readonly settings: ChannelSettings;
  readonly removals: Removals;
}

interface Page {
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** Keeping order in chats. Lists answer one row more than asked for if there are more. */
export interface Moderation {
  /** @throws NotFound */
  getSettings(broadcastId: string): Promise<ChannelSettings>;
  changeSettings(actor: UserActor, input: UpdateSettingsInput): Promise<ChannelSettings>;
  /**
   * @param fromSeq number of the oldest message that the room shows
   * @throws NotFound
   */
  getRoomChat(broadcastId: string, fromSeq: number): Promise<RoomChatView>;
  addWords(actor: UserActor, input: AddWordsInput): Promise<ChangedWords>;
  removeWords(actor: UserActor, input: RemoveWordsInput): Promise<ChangedWords>;
  /** @throws PermissionDenied */
  listWords(actor: UserActor, ownerId: string, page: Page): Promise<ChatWordRow[]>;
  muteUser(actor: UserActor, input: MuteInput): Promise<ChatSanctionRow>;
  unmuteUser(actor: UserActor, input: UnmuteInput): Promise<boolean>;
  /** @throws NotFound, PermissionDenied */
  listSanctions(
    actor: UserActor,
    filter: Omit<SanctionFilter, 'sellerId'>,
  ): Promise<ChatSanctionRow[]>;
  /** @throws NotFound, PermissionDenied */
  listHeld(actor: UserActor, filter: HeldFilter): Promise<ChatHeldRow[]>;
  /** How many wait now; 0 also where there is no such broadcast. */
  countHeld(broadcastId: string): Promise<number>;
  resolveHeld(actor: UserActor, input: ResolveHeldInput): Promise<ChatHeldRow>;
  removeMessage(actor: UserActor, input: RemoveMessageInput): Promise<void>;
  /** @throws NotFound, PermissionDenied */
  listEntries(actor: UserActor, scopeId: string, page: Page): Promise<ChatModerationRow[]>;
  /** Forgets what pace remembers of people who long said nothing; answers how many. */
  forgetSpeakers(limit: number): Promise<number>;
}

export function createModeration(deps: ModerationDeps): Moderation {
  const { db, clock, broadcasts } = deps;

  async function getSettings(broadcastId: string): Promise<ChannelSettings> {
    const facts = await broadcasts.factsOf([broadcastId]);
    if (!facts.has(broadcastId)) throw new NotFound('broadcast', broadcastId);
    return readChannel(db.primary, broadcasts, broadcastId);
  }

  return {
    getSettings,
    changeSettings: (actor, input) => changeSettings(deps, actor, input),
    async getRoomChat(broadcastId, fromSeq) {
      const [settings, removals] = await Promise.all([
        getSettings(broadcastId),
        listRemovals(db.primary, broadcastId, fromSeq),
      ]);
      return { settings, removals };
    },
    addWords: (actor, input) => addWords(deps, actor, input),
    removeWords: (actor, input) => removeWords(deps, actor, input),
    async listWords(actor, ownerId, page) {
      requireListOwner(actor, ownerId);
      return listWords(db.primary, ownerId, page);
    },
    muteUser: (actor, input) => muteUser(deps, actor, input),
    unmuteUser: (actor, input) => unmuteUser(deps, actor, input),
    async listSanctions(actor, filter) {
      const { sellerId } = await broadcasts.requireAuthority(db.primary, actor, filter.broadcastId);
      return listSanctionRows(db.primary, { ...filter, sellerId }, clock.now());
    },
    async listHeld(actor, filter) {
      await broadcasts.requireAuthority(db.primary, actor, filter.broadcastId);
      return listHeldRows(db.primary, filter);
    },
    countHeld: (broadcastId) => countHeld(db.primary, broadcastId),
    resolveHeld: (actor, input) => resolveHeld(deps, actor, input),
    removeMessage: (actor, input) => removeMessage(deps, actor, input),
    async listEntries(actor, scopeId, page) {
      if (scopeId.startsWith('brc_')) await broadcasts.requireAuthority(db.primary, actor, scopeId);
      else requireListOwner(actor, scopeId);
      return listEntries(db.primary, scopeId, page);
    },
    forgetSpeakers: (limit) => forgetSpeakers(db, clock.now(), limit),
  };
}
