import type { UserActor } from '../../../common/auth/index.ts';
import { loadConfig } from '../../../common/config.ts';
import { newId } from '../../../common/ids.ts';
import { silentLogger } from '../../../common/logger.ts';
import { createLocalPulse } from '../../../common/pulse/index.ts';
import { type Context, createContext } from '../../../grpc/context.ts';
import { type Database, openDatabase } from '../../../grpc/db/index.ts';
import { schema } from '../../../grpc/schema.ts';
import { type HeldClock, holdClock } from '../../kit/held-clock.ts';
import { makeTempDir, removeTempDir } from '../../kit/temp-dir.ts';
import { testVault } from '../../kit/vault.ts';
import { type Cards, startCards, tossSecret } from './cards.ts';
import { createMortalDatabase, type Fate } from './mortal-database.ts';

/** The services in one process. */
export interface Process {
  readonly name: string;
  readonly context: Context;
  readonly isDead: boolean;
  /** The most statements of a transaction in which one of its lives ended. */
  readonly deepestDeath: number;
  doom(fate: Fate | undefined): void;
  /** Wires the services anew, as a process does that starts on the same database. */
  restart(): void;
}

export interface People {
  readonly seller: UserActor;
  readonly admin: UserActor;
  readonly buyers: readonly UserActor[];
}

/** Two processes on one database, the card company, and the one clock that they go by. */
export interface Platform {
  readonly db: Database;
  readonly clock: HeldClock;
  readonly cards: Cards;
  readonly processes: readonly [Process, Process];
  readonly people: People;
  stop(): Promise<void>;
}

/** Milliseconds to pay an order. */
export const paymentTermMs = 60_000;

/** Milliseconds to wait for the card company, which is a part of this process or silent. */
const cardTimeoutMs = 100;

const buyerCount = 8;

export async function startPlatform(databaseUrl: string | undefined): Promise<Platform> {
  const dir = makeTempDir('simulation');
  const cards = await startCards(dir);
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: dir,
    DATABASE_URL: databaseUrl,
    ARGON2_MEMORY_KIB: '1024',
    PAYMENT_DEADLINE_SECONDS: String(paymentTermMs / 1_000),
    TOSS_BASE_URL: cards.address,
    TOSS_SECRET_KEY: tossSecret,
    TOSS_TIMEOUT_MS: String(cardTimeoutMs),
  });
  const db = await openDatabase(config, schema);
  const clock = holdClock();

  function createProcess(name: string): Process {
    const born = () => {
      const mortal = createMortalDatabase(db);
      const deps = {
        config,
        clock,
        log: silentLogger(),
        vault: testVault,
        pulse: createLocalPulse(),
      };
      return { mortal, context: createContext({ ...deps, db: mortal.db }) };
    };
    let life = born();
    let deepestDeath = 0;
    return {
      name,
      get context() {
        return life.context;
      },
      get isDead() {
        return life.mortal.isDead;
      },
      get deepestDeath() {
        return deepestDeath;
      },
      doom: (fate) => life.mortal.doom(fate),
      restart() {
        deepestDeath = Math.max(deepestDeath, life.mortal.deathDepth);
        life = born();
      },
    };
  }

  const processes = [createProcess('A'), createProcess('B')] as const;
  return {
    db,
    clock,
    cards,
    processes: [...processes],
    people: await invite(processes[0].context),
    async stop() {
      await Promise.all(processes.map(({ context }) => context.drain()));
      await db.close();
      await cards.stop();
      await removeTempDir(dir);
    },
  };
}

async function invite({ users }: Context): Promise<People> {
  async function person(roles: readonly ('seller' | 'admin')[]): Promise<UserActor> {
    const { user } = await users.ensureUser({
      email: `${newId('usr').toLowerCase()}@example.com`,
      password: 'not secret at all',
      name: 'someone',
      roles,
      reason: 'simulation',
    });
    const { id: userId, name } = user;
    return { kind: 'user', userId, sessionId: 'simulation', name, roles: user.roles };
  }
  const buyers: UserActor[] = [];
  for (let i = 0; i < buyerCount; i += 1) buyers.push(await person([]));
  return { seller: await person(['seller']), admin: await person(['admin']), buyers };
}
