import { openBeside } from '../kit/open-beside.ts';
import type { World } from '../live-room/world.ts';

/** Leaves a broadcast's chat as retention does: without the messages before `firstSeq`. */
export function forgetBefore({ onair, shop }: World, firstSeq: number): Promise<void> {
  const { broadcastId } = shop;
  return openBeside(onair, (database) =>
    database.transaction(async (tx) => {
      await tx.execute('UPDATE chat_channels SET firstSeq = ? WHERE broadcastId = ?', [
        firstSeq,
        broadcastId,
      ]);
      await tx.execute('DELETE FROM chat_messages WHERE broadcastId = ? AND seq < ?', [
        broadcastId,
        firstSeq,
      ]);
    }),
  );
}
