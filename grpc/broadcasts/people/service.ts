import { requireUser } from '../../../common/auth/index.ts';
import {
  type Ban,
  type BroadcastsServiceImplementation,
  type DeepPartial,
  type Moderator,
  type PeopleChange,
  PeopleChangeKind,
} from '../../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { CallExt } from '../../middleware/call-context.ts';
import { createEnumCodec } from '../../rpc/enum-codec.ts';
import { decodePageToken, toPage } from '../../rpc/paging.ts';
import {
  type BanRow,
  type ModeratorRow,
  peopleChangeKinds,
  type StandingChangeRow,
} from './entities.ts';
import type { People } from './index.ts';
import { banSchema, listPeopleSchema, moderatorSchema, unbanSchema } from './requests.ts';
import { forGood } from './standings.ts';

type PeopleRpcs =
  | 'addModerator'
  | 'removeModerator'
  | 'listModerators'
  | 'banViewer'
  | 'unbanViewer'
  | 'listBans'
  | 'listPeopleChanges';

/** The part of BroadcastsService that is about people. */
export function createPeopleRpcs(
  people: People,
): Pick<BroadcastsServiceImplementation<CallExt>, PeopleRpcs> {
  return {
    async addModerator(request, { actor }) {
      const input = moderatorSchema.parse(request);
      const row = await people.addModerator(requireUser(actor), input);
      return toModerator(row, await people.namesOf([row.userId]));
    },
    async removeModerator(request, { actor }) {
      await people.removeModerator(requireUser(actor), moderatorSchema.parse(request));
      return {};
    },
    async listModerators(request, { actor }) {
      const { broadcastId, pageSize, pageToken } = listPeopleSchema.parse(request);
      const query = { broadcastId, afterId: decodePageToken(pageToken), limit: pageSize };
      const found = await people.listModerators(requireUser(actor), query);
      const page = toPage(
        found.map((row) => ({ ...row, id: row.userId })),
        pageSize,
      );
      const names = await people.namesOf(page.rows.map((row) => row.userId));
      const moderators = page.rows.map((row) => toModerator(row, names));
      return { moderators, nextPageToken: page.nextPageToken };
    },
    async banViewer(request, { actor }) {
      const input = banSchema.parse(request);
      const row = await people.banViewer(requireUser(actor), input);
      return toBan(row, input.broadcastId, await people.namesOf([row.userId]));
    },
    async unbanViewer(request, { actor }) {
      await people.unbanViewer(requireUser(actor), unbanSchema.parse(request));
      return {};
    },
    async listBans(request, { actor }) {
      const { broadcastId, pageSize, pageToken } = listPeopleSchema.parse(request);
      const query = { broadcastId, afterId: decodePageToken(pageToken), limit: pageSize };
      const page = toPage(await people.listBans(requireUser(actor), query), pageSize);
      const names = await people.namesOf(page.rows.map((row) => row.userId));
      const bans = page.rows.map((row) => toBan(row, broadcastId, names));
      return { bans, nextPageToken: page.nextPageToken };
    },
    async listPeopleChanges(request, { actor }) {
      const { broadcastId, pageSize, pageToken } = listPeopleSchema.parse(request);
      const query = { broadcastId, beforeId: decodePageToken(pageToken), limit: pageSize };
      const page = toPage(await people.listChanges(requireUser(actor), query), pageSize);
      const about = page.rows.flatMap(({ userId }) => (userId === '' ? [] : [userId]));
      const names = await people.namesOf(about);
      const changes = page.rows.map((row) => toChange(row, broadcastId, names));
      return { changes, nextPageToken: page.nextPageToken };
    },
  };
}

type Names = ReadonlyMap<string, string>;

function toModerator(row: ModeratorRow, names: Names): Moderator {
  const { userId, addedBy, addedAt } = row;
  return { userId, name: names.get(userId) ?? '', addedBy, addedAt: new Date(addedAt) };
}

function toBan(row: BanRow, broadcastId: string, names: Names): Ban {
  const { scopeId, userId, reason, bannedBy, bannedAt, expiresAt } = row;
  return {
    userId,
    name: names.get(userId) ?? '',
    sellerWide: scopeId !== broadcastId,
    reason,
    bannedBy,
    bannedAt: new Date(bannedAt),
    expiresAt: expiresAt === forGood ? undefined : new Date(expiresAt),
  };
}

const kindCodec = createEnumCodec(PeopleChangeKind, peopleChangeKinds);

function toChange(
  row: StandingChangeRow,
  broadcastId: string,
  names: Names,
): DeepPartial<PeopleChange> {
  const { id, scopeId, userId, reason, expiresAt, changedBy, changedAt } = row;
  return {
    ...{ id, userId, reason, changedBy, changedAt: new Date(changedAt) },
    kind: kindCodec.toProto(row.kind),
    name: names.get(userId) ?? '',
    sellerWide: scopeId !== broadcastId,
    expiresAt: expiresAt === null || expiresAt === forGood ? undefined : new Date(expiresAt),
    maxViewers: row.maxViewers ?? undefined,
    reservedSeats: row.reservedSeats ?? undefined,
  };
}
