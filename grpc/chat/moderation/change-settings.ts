import type { UserActor } from '../../../common/auth/index.ts';
import { StaleVersion } from '../../../common/errors/index.ts';
import { once } from '../../db/index.ts';
import { lockChannels, settingsOf, writeSettings } from '../channels.ts';
import { changeSettings as applyChange, type ChatSettings } from '../policy/settings.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { UpdateSettingsInput } from './requests.ts';

/** The settings of a broadcast's chat. */
export interface ChannelSettings extends ChatSettings {
  readonly broadcastId: string;
  readonly version: number;
}

/**
 * Changes the rules of a chat for every message from now on; the lock of the chat divides before
 * from after. Rooms are told after the commit. Once for each request id.
 * @throws NotFound; PermissionDenied; StaleVersion; InvalidArgument when nothing is to change
 */
export async function changeSettings(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, broadcastId, version, reason, ...change }: UpdateSettingsInput,
): Promise<ChannelSettings> {
  const { db, clock, pulse, broadcasts } = deps;
  const input = [broadcastId, version, reason, change];
  const key = { action: 'chat.updateChatSettings', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const { sellerId } = await deps.broadcasts.requireAuthority(tx, actor, broadcastId);
      const channel = (await lockChannels(tx, broadcasts, [broadcastId])).get(broadcastId);
      if (channel === undefined) throw new Error(`chat of ${broadcastId} is not locked`);
      if (channel.version !== version) {
        throw new StaleVersion('chat settings', broadcastId, channel.version);
      }
      const settings = applyChange(settingsOf(channel), change);
      const next = { broadcastId, version: version + 1 };
      await writeSettings(tx, next, sellerId, settings);
      await note(tx, {
        ...{ scopeId: broadcastId, action: 'settings', actorId: actor.userId, userId: '', reason },
        ...{ detail: change, at: clock.now() },
      });
      tx.afterCommit(() => pulse.publishBroadcast(broadcastId, { type: 'chat-changed' }));
      return { ...next, ...settings };
    }),
  );
}
