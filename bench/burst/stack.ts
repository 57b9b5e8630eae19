import { startRedis } from '../../test/kit/redis.ts';
import type { Cast } from '../kit/cast.ts';
import { type Realtime, type Services, startRealtime, startServices } from '../kit/processes.ts';
import { type Crowd, seatCrowd } from './crowd.ts';
import { goOnAir, type Show } from './goods.ts';

/** Services, rooms over them, and a full house. */
export interface Stack {
  readonly name: string;
  readonly services: Services;
  readonly realtime: Realtime;
  readonly show: Show;
  readonly crowd: Crowd;
  /** Seconds until all sat in the room. */
  readonly seatedInS: number;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly kind: 'ours' | 'row-lock';
  readonly dir: string;
  readonly databaseUrl: string;
  readonly cast: Cast;
  /** More settings of the services. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts everything of one kind but the database, and lets the cast in. */
export async function raiseStack(options: StackOptions): Promise<Stack> {
  const { kind, dir, cast } = options;
  // One each, so that the rooms of neither kind are the other's.
  const redis = await startRedis();
  const shared = { REDIS_URL: redis.url, DATABASE_URL: options.databaseUrl, ...cast.env };
  const services = await startServices(kind, {
    name: `${kind}-services`,
    dir,
    env: { ...shared, ...options.env },
  });
  const realtime = await startRealtime({
    name: `${kind}-realtime`,
    dir,
    env: {
      ...{ ...shared, ...services.env, ROOM_CAPACITY: String(cast.people.length) },
      // The baseline's buyers may wait for as long as it takes: to be sent away would cost it more.
      ...(kind === 'row-lock' ? { QUEUE_WAIT_MS: '60000' } : {}),
    },
  });
  const show = await goOnAir(services.clients);
  const startedAt = performance.now();
  const crowd = await seatCrowd(realtime.url, show.broadcastId, cast.people);
  return {
    name: kind,
    services,
    realtime,
    show,
    crowd,
    seatedInS: (performance.now() - startedAt) / 1_000,
    async stop() {
      await crowd.leave();
      await realtime.stop();
      await services.stop();
      await redis.stop();
    },
  };
}
