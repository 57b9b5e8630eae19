import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** Longest wait for another process that migrates, in seconds. */
const turnSeconds = 60;

/**
 * Runs the migrations that are missing. Processes that start together wait for each other.
 * @throws Error when another process still migrates after a minute
 */
export async function migrate(source: DataSource): Promise<void> {
  if (source.options.type === 'better-sqlite3') {
    await source.runMigrations({ transaction: 'each' });
    return;
  }
  // One connection for lock and migrations, so that a pool of one is enough.
  const runner = source.createQueryRunner();
  try {
    const [turn] = await runner.query(
      `SELECT GET_LOCK('onair.migrations', ${turnSeconds}) AS mine`,
    );
    if (turn.mine !== 1) throw new Error('another process is still migrating the database');
    await useUnicode(runner);
    const executor = new MigrationExecutor(source, runner);
    // MariaDB commits each schema statement by itself, so a transaction would promise too much.
    executor.transaction = 'none';
    await executor.executePendingMigrations();
  } finally {
    await runner.query(`DO RELEASE_LOCK('onair.migrations')`).catch(() => undefined);
    await runner.release();
  }
}

/** Tables take their character set from the database, and a server's default may be Latin 1. */
async function useUnicode(runner: QueryRunner): Promise<void> {
  const [{ charset }] = await runner.query('SELECT @@character_set_database AS charset');
  if (charset !== 'utf8mb4') await runner.query('ALTER DATABASE CHARACTER SET utf8mb4');
}
