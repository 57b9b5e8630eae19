import { loadConfig } from '../../common/config.ts';
import { openDatabase } from '../../grpc/db/index.ts';
import { schema } from '../../grpc/schema.ts';
import type { World } from '../live-room/world.ts';

/** Leaves a broadcast's chat as retention does: without the messages before `firstSeq`. */
export async function forgetBefore({ onair, shop }: World, firstSeq: number): Promise<void> {
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: onair.dataDir,
    DATABASE_MIGRATE: 'false',
    ...(onair.databaseUrl === undefined ? {} : { DATABASE_URL: onair.databaseUrl }),
  });
  const database = await openDatabase(config, schema);
  try {
    await database.transaction(async (tx) => {
      const { broadcastId } = shop;
      await tx.execute('UPDATE chat_channels SET firstSeq = ? WHERE broadcastId = ?', [
        firstSeq,
        broadcastId,
      ]);
      await tx.execute('DELETE FROM chat_messages WHERE broadcastId = ? AND seq < ?', [
        broadcastId,
        firstSeq,
      ]);
    });
  } finally {
    await database.close();
  }
}
