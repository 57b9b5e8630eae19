import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../kit/until.ts';
import { type Viewer, watch } from './viewer.ts';
import { newWords } from './words.ts';
import { door, type World } from './world.ts';

/**
 * Two people who go on with their evening while others attack: one talks, one reads. `check` says
 * whether all that was said was read, in order, without a gap, and over the first connection.
 */
export interface Bystanders {
  readonly reader: Viewer;
  check(): Promise<void>;
  leave(): Promise<void>;
}

export async function startBystanders(world: World): Promise<Bystanders> {
  const { broadcastId } = world.shop;
  const reader = await watch(door(world), broadcastId, world.ann);
  const talker = await watch(door(world, 1), broadcastId, world.bob);
  const run = newWords().slice(0, 8);
  const from = reader.lines.length;
  let said = 0;
  let talking = true;
  const talk = (async () => {
    while (talking) {
      // As fast as a viewer may.
      await delay(25);
      said += 1;
      await talker.ask('chat', { id: `${run}-${said}`, text: `${run} ${said}` });
    }
  })();
  return {
    reader,
    async check() {
      const before = said;
      // Something is said during whatever is going on, too.
      await until('the talk went on', () => said > before + 1);
      talking = false;
      await talk;
      const heard = () => reader.lines.slice(from).filter(({ text }) => text.startsWith(run));
      await until('all of it was read', () => heard().length >= said);
      expect(heard().map(({ text }) => text)).toEqual(
        Array.from({ length: said }, (_, i) => `${run} ${i + 1}`),
      );
      const seqs = reader.lines.map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
      expect(reader.missed).toEqual([]);
      expect([reader.closeCode(), talker.closeCode()]).toEqual([undefined, undefined]);
    },
    async leave() {
      talking = false;
      await talk.catch(() => undefined);
      for (const viewer of [reader, talker]) {
        if (viewer.closeCode() === undefined) await viewer.leave();
      }
    },
  };
}
