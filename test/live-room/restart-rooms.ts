import type { OnairProcess } from '../kit/onair.ts';
import type { World } from './world.ts';

/** The processes that hold rooms. */
export function roomHolders({ mode, onair }: World): OnairProcess[] {
  const names = mode === 'embedded' ? ['all'] : ['realtime-1', 'realtime-2'];
  return names.map((name) => {
    const process = onair.processes.get(name);
    if (process === undefined) throw new Error(`no process ${name}`);
    return process;
  });
}

/** Kills every process that holds rooms, and starts it again: whoever comes next opens new rooms. */
export async function restartRooms(world: World): Promise<void> {
  const holders = roomHolders(world);
  await Promise.all(holders.map((process) => process.kill()));
  await Promise.all(holders.map((process) => process.start()));
}
