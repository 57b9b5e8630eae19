import { randomUUID } from 'node:crypto';
import type { OnairProcess } from '../kit/onair.ts';
import { until } from '../kit/until.ts';
import { type Viewer, watch } from './viewer.ts';
import { newWords } from './words.ts';
import { door, type InWorld, leaveAll, watchAll } from './world.ts';

/** A process that ends, in an orderly way or not. The broadcast goes on. */
export function describeEndings(inWorld: InWorld): void {
  describe('when a process ends', () => {
    let viewers: Viewer[] = [];
    afterEach(() => leaveAll(viewers));

    function ending(): OnairProcess {
      const { mode, onair } = inWorld();
      const process = onair.processes.get(mode === 'embedded' ? 'all' : 'realtime-1');
      if (process === undefined) throw new Error('no such process');
      return process;
    }

    /**
     * Sits in enough rooms that each process has some; answers who sits in the ending one, and who of
     * them may speak.
     */
    async function sitEverywhere() {
      const world = inWorld();
      const endingUrl = new URL(door(world, 0));
      viewers = [];
      const people: Viewer[] = [];
      const isThere = (viewer: Viewer) =>
        new URL(String(viewer.room.connection.url)).port === endingUrl.port;
      await until('viewers sit in the ending process', async () => {
        const seated = await watchAll(world, [world.ann, world.bob, undefined]);
        viewers.push(...seated);
        people.push(...seated.slice(0, 2));
        const isAll = viewers.every(isThere);
        return people.some(isThere) && (world.mode === 'embedded' || !isAll);
      });
      return {
        there: viewers.filter(isThere),
        speaker: people.find(isThere),
        elsewhere: viewers.filter((viewer) => !isThere(viewer)),
      };
    }

    async function everythingGoesOn(elsewhere: readonly Viewer[]): Promise<void> {
      const world = inWorld();
      const id = randomUUID();
      const text = `계속 ${newWords()}`;
      const again = await until(
        'a viewer joins again',
        () => watch(door(world, 1), world.shop.broadcastId, world.ann),
        { timeoutMs: 40_000 },
      );
      viewers.push(again);
      await again.ask('chat', { id, text });
      const all = [again, ...elsewhere];
      await until('all who are left read on', () =>
        all.every((viewer) => viewer.lines.some((line) => line.text === text)),
      );
      expect(all.flatMap((viewer) => viewer.missed)).toEqual([]);
      expect(elsewhere.map((viewer) => viewer.closeCode()).filter(Boolean)).toEqual([]);
      const shown = again.lines.map(({ seq }) => seq);
      const first = shown[0] ?? 0;
      expect(shown).toEqual(shown.map((_, i) => first + i));
    }

    it('in an orderly way, its viewers are told, closed with 4001, and join elsewhere', async () => {
      const { there, speaker, elsewhere } = await sitEverywhere();
      const said = newWords();
      await speaker?.ask('chat', { id: said, text: said });
      expect(await ending().stop()).toBe(0);
      await until('they are closed', () => there.every((viewer) => viewer.closeCode() === 4001));
      for (const { messages } of there) expect(messages).toEqual([{ type: 'draining', body: {} }]);
      if (inWorld().mode === 'embedded') await ending().start();
      await everythingGoesOn(elsewhere);
      if (inWorld().mode === 'cluster') await ending().start();
    });

    it('by a crash, its viewers join elsewhere, and nothing that was said is lost', async () => {
      const { there, speaker, elsewhere } = await sitEverywhere();
      const said = newWords();
      await speaker?.ask('chat', { id: said, text: said });
      await ending().kill();
      await until('they are cut off', () => there.every((viewer) => viewer.closeCode() === 1006));
      if (inWorld().mode === 'embedded') await ending().start();
      await everythingGoesOn(elsewhere);
      const last = viewers.at(-1);
      expect(last?.lines.filter(({ text }) => text === said)).toHaveLength(1);
      if (inWorld().mode === 'cluster') await ending().start();
    });
  });
}
