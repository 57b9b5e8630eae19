import { placeholders, type Reader, type SqlValue, type Tx, type Writer } from '../db/index.ts';
import type { ChatChannelRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import type { ChatDefaultsRow } from './moderation-entities.ts';
import { type ChatSettings, defaultSettings, toInherit } from './policy/settings.ts';

const settingNames = [
  'mode',
  'slowModeSeconds',
  'linkPolicy',
  'holdPolicy',
  'repeatLimit',
  'repeatSeconds',
  'floodMessages',
  'floodSeconds',
  'roomMessagesPerSecond',
] as const satisfies readonly (keyof ChatSettings)[];

/**
 * The channels, by broadcast, locked. Those that are missing are made, with the settings that
 * their seller set last.
 */
export async function lockChannels(
  tx: Tx,
  broadcasts: Pick<BroadcastLookup, 'factsOf'>,
  broadcastIds: readonly string[],
): Promise<Map<string, ChatChannelRow>> {
  return (await lockChannelsFirst(tx, broadcasts, broadcastIds)).channels;
}

/**
 * The same for who reads on without waiting: what is asked of `tx` right after the call is read
 * behind the locks. Unless channels were `made`: then nothing kept others from them until now.
 */
export async function lockChannelsFirst(
  tx: Tx,
  broadcasts: Pick<BroadcastLookup, 'factsOf'>,
  broadcastIds: readonly string[],
): Promise<{ readonly channels: Map<string, ChatChannelRow>; readonly made: boolean }> {
  const sorted = [...new Set(broadcastIds)].sort();
  const lock = () =>
    tx.rows<ChatChannelRow>(
      `SELECT * FROM chat_channels WHERE broadcastId IN (${placeholders(sorted)})
       ORDER BY broadcastId${tx.dialect.forUpdate}`,
      sorted,
    );
  let rows = await lock();
  const made = rows.length < sorted.length;
  if (made) {
    const found = new Set(rows.map((row) => row.broadcastId));
    const missing = sorted.filter((id) => !found.has(id));
    const inherited = await inheritedSettings(tx, broadcasts, missing);
    const fresh = missing.map((id) => newChannel(id, inherited.get(id) ?? defaultSettings));
    await tx.insertNew(
      'chat_channels',
      fresh.map((row) => ({ ...row })),
    );
    rows = await lock();
  }
  return { channels: new Map(rows.map((row) => [row.broadcastId, row])), made };
}

/** What each broadcast's chat begins with: its seller's last settings. Without any it is left out. */
async function inheritedSettings(
  read: Reader,
  broadcasts: Pick<BroadcastLookup, 'factsOf'>,
  broadcastIds: readonly string[],
): Promise<Map<string, ChatSettings>> {
  const facts = await broadcasts.factsOf(broadcastIds);
  const sellerIds = [...new Set([...facts.values()].map(({ sellerId }) => sellerId))];
  if (sellerIds.length === 0) return new Map();
  const rows = await read.rows<ChatDefaultsRow>(
    `SELECT * FROM chat_defaults WHERE sellerId IN (${placeholders(sellerIds)})`,
    sellerIds,
  );
  const defaults = new Map(rows.map((row) => [row.sellerId, settingsOf(row)]));
  return new Map(
    broadcastIds.flatMap((id) => {
      const settings = defaults.get(facts.get(id)?.sellerId ?? '');
      return settings === undefined ? [] : [[id, settings] as const];
    }),
  );
}

/** The channel as it is, or as it would begin. */
export async function readChannel(
  read: Reader,
  broadcasts: Pick<BroadcastLookup, 'factsOf'>,
  broadcastId: string,
): Promise<ChatChannelRow> {
  const row = await read.row<ChatChannelRow>('SELECT * FROM chat_channels WHERE broadcastId = ?', [
    broadcastId,
  ]);
  if (row !== undefined) return row;
  const inherited = await inheritedSettings(read, broadcasts, [broadcastId]);
  return newChannel(broadcastId, inherited.get(broadcastId) ?? defaultSettings);
}

/** The settings of chats as they are, or as they would begin; in one look for those that are. */
export async function readSettings(
  read: Reader,
  broadcasts: Pick<BroadcastLookup, 'factsOf'>,
  broadcastIds: readonly string[],
): Promise<ReadonlyMap<string, ChatSettings>> {
  if (broadcastIds.length === 0) return new Map();
  const rows = await read.rows<ChatChannelRow>(
    `SELECT * FROM chat_channels WHERE broadcastId IN (${placeholders(broadcastIds)})`,
    broadcastIds,
  );
  const known = new Map(rows.map((row) => [row.broadcastId, settingsOf(row)]));
  const missing = broadcastIds.filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const inherited = await inheritedSettings(read, broadcasts, missing);
  return new Map([
    ...known,
    ...missing.map((id) => [id, inherited.get(id) ?? defaultSettings] as const),
  ]);
}

function newChannel(broadcastId: string, settings: ChatSettings): ChatChannelRow {
  const numbers = { lastSeq: 0, firstSeq: 1, roomSecond: 0, roomCount: 0, version: 1 };
  return { broadcastId, ...numbers, ...settings };
}

/** Only the settings of a row that has them. */
export function settingsOf(row: ChatSettings): ChatSettings {
  const { mode, slowModeSeconds, linkPolicy, holdPolicy, repeatLimit, repeatSeconds } = row;
  const { floodMessages, floodSeconds, roomMessagesPerSecond } = row;
  return {
    ...{ mode, slowModeSeconds, linkPolicy, holdPolicy, repeatLimit, repeatSeconds },
    ...{ floodMessages, floodSeconds, roomMessagesPerSecond },
  };
}

/** Writes the newest numbers, and the pace, of locked channels. */
export async function advanceChannels(
  to: Writer,
  channels: readonly Pick<ChatChannelRow, 'broadcastId' | 'lastSeq' | 'roomSecond' | 'roomCount'>[],
): Promise<void> {
  if (channels.length === 0) return;
  const cases = `CASE broadcastId ${channels.map(() => 'WHEN ? THEN ?').join(' ')} END`;
  const column = (name: 'lastSeq' | 'roomSecond' | 'roomCount'): SqlValue[] =>
    channels.flatMap((row) => [row.broadcastId, row[name]]);
  await to.execute(
    `UPDATE chat_channels SET lastSeq = ${cases}, roomSecond = ${cases}, roomCount = ${cases}
     WHERE broadcastId IN (${placeholders(channels)})`,
    [
      ...column('lastSeq'),
      ...column('roomSecond'),
      ...column('roomCount'),
      ...channels.map((row) => row.broadcastId),
    ],
  );
}

/** Writes new settings of a locked channel, and what the seller's next broadcast begins with. */
export async function writeSettings(
  tx: Tx,
  { broadcastId, version }: Pick<ChatChannelRow, 'broadcastId' | 'version'>,
  sellerId: string,
  settings: ChatSettings,
): Promise<void> {
  const values = settingNames.map((name) => settings[name]);
  const inherited = toInherit(settings);
  const assignments = settingNames.map((name) => `${name} = ${tx.dialect.inserted(name)}`);
  await Promise.all([
    tx.execute(
      `UPDATE chat_channels SET ${settingNames.map((name) => `${name} = ?`).join(', ')}, version = ?
       WHERE broadcastId = ?`,
      [...values, version, broadcastId],
    ),
    tx.execute(
      `INSERT INTO chat_defaults (sellerId, ${settingNames.join(', ')})
       VALUES (?, ${placeholders(settingNames)})
       ${tx.dialect.upsert(['sellerId'], assignments.join(', '))}`,
      [sellerId, ...settingNames.map((name) => inherited[name])],
    ),
  ]);
}
