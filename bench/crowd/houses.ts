import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newId } from '../../common/ids.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { builtDir } from '../kit/built.ts';
import { startRealtime, startService } from '../kit/processes.ts';
import type { House } from './visit.ts';

/** A fresh realtime process of ours. */
export async function openOurs(options: {
  readonly dir: string;
  readonly capacity: number;
  readonly broadcastId: string;
  readonly helpers: House['helpers'];
  readonly env: Readonly<Record<string, string>>;
}): Promise<House> {
  const { dir, broadcastId, helpers } = options;
  const realtime = await startRealtime({
    name: `realtime-${newId('req')}`,
    dir,
    env: {
      ...options.env,
      ...(await withProbe()),
      ROOM_CAPACITY: String(options.capacity),
      // The crowd says where it comes from, as a proxy would.
      REALTIME_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  const url = new URL(realtime.url);
  return { name: 'ours', broadcastId, helpers, ...realtime, url };
}

/** A fresh process with a bare room. */
export async function openBare(dir: string): Promise<House> {
  const port = await freePort();
  const service = await startService({
    name: `bare-${newId('req')}`,
    dir,
    file: 'bench/crowd/bare-room-service.js',
    env: { ...(await withProbe()), PORT: String(port) },
  });
  return {
    name: 'bare room',
    broadcastId: newId('brc'),
    helpers: {},
    pid: service.pid,
    url: new URL(`http://127.0.0.1:${port}`),
    log: () => service.log(),
    stop: async () => void (await service.stop()),
  };
}

async function withProbe(): Promise<Record<string, string>> {
  const file = join(await builtDir(), 'bench/crowd/probe-service.js');
  const profileDir = process.env.ONAIR_BENCH_PROFILE;
  const profile = profileDir === undefined ? '' : `--cpu-prof --cpu-prof-dir=${profileDir} `;
  return { NODE_OPTIONS: `${profile}--import ${pathToFileURL(file).href}` };
}
