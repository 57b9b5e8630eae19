import { randomUUID } from 'node:crypto';
import { until } from '../kit/until.ts';
import { comeBack, type Viewer } from './viewer.ts';
import { newWords } from './words.ts';
import { door, type InWorld, leaveAll, watchAll } from './world.ts';

const refused = (code: string) => expect.objectContaining({ code, retry: false });

/** What is said, by whom, and in which order it is read. */
export function describeChat(inWorld: InWorld): void {
  describe('chat', () => {
    let viewers: readonly Viewer[] = [];
    afterEach(() => leaveAll(viewers));

    async function seat(count: number): Promise<readonly [Viewer, Viewer, Viewer, ...Viewer[]]> {
      const world = inWorld();
      const { ann, bob, shop } = world;
      const others = Array.from({ length: count - 3 }, () => undefined);
      const [first, second, host, ...guests] = await watchAll(world, [
        ann,
        bob,
        shop.seller,
        ...others,
      ]);
      if (first === undefined || second === undefined || host === undefined) throw new Error();
      viewers = [first, second, host, ...guests];
      return [first, second, host, ...guests];
    }

    it('is read by everyone in every room, once, in one order', async () => {
      const [ann, bob] = await seat(7);
      const run = newWords().slice(0, 8);
      const said = Array.from({ length: 40 }, (_, i) => `${run} 안녕 ${i}`);
      await Promise.all(
        said.map((text, i) => (i % 2 === 0 ? ann : bob).ask('chat', { id: `${run}-${i}`, text })),
      );
      const read = (viewer: Viewer) => viewer.lines.filter(({ text }) => text.startsWith(run));
      await until('everyone has read everything', () =>
        viewers.every((viewer) => read(viewer).length >= said.length),
      );
      const [first] = viewers;
      for (const viewer of viewers) {
        expect(viewer.missed).toEqual([]);
        expect(read(viewer)).toEqual(first === undefined ? [] : read(first));
      }
      expect(read(ann).map(({ text }) => text)).toEqual(expect.arrayContaining(said));
      expect(read(ann)).toHaveLength(said.length);
    });

    it('is whole for those who come, break off and go in the middle of it', async () => {
      const world = inWorld();
      const [ann, bob, host] = await seat(3);
      const run = newWords().slice(0, 8);
      const passersBy: Viewer[] = [];
      let done = false;
      const talking = (async () => {
        for (let i = 0; i < 120; i += 1) {
          await [ann, bob, host][i % 3]?.ask('chat', { id: `${run}-${i}`, text: `${run} ${i}` });
        }
        done = true;
      })();
      while (!done) {
        const [one, other] = await watchAll(world, [undefined, undefined]);
        if (one === undefined || other === undefined) throw new Error();
        one.drop();
        await until('the connection is gone', () => one.closeCode() !== undefined);
        const back = await comeBack(door(world), one);
        passersBy.push(back, other);
        if (passersBy.length % 4 === 0) await leaveAll(passersBy.slice(-2));
      }
      await talking;
      const newest = () => ann.lines.at(-1)?.seq ?? 0;
      await until('everyone has read everything', () => {
        const here = [ann, bob, host, ...passersBy].filter((one) => one.closeCode() === undefined);
        return newest() > 0 && here.every((one) => one.lines.at(-1)?.seq === newest());
      });
      for (const viewer of [ann, ...passersBy]) {
        const seqs = viewer.lines.map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
        expect(viewer.missed).toEqual([]);
      }
      await leaveAll(passersBy);
    });

    it('is numbered, and a message said twice is said once', async () => {
      const [ann] = await seat(3);
      const message = { id: randomUUID(), text: '  한 번만  ' };
      const first = await ann.ask('chat', message);
      expect(await ann.ask('chat', message)).toEqual(first);
      expect(await ann.ask('chat', { ...message, text: '다른 말' })).toEqual(first);
      const { ann: person } = inWorld();
      await until('it is shown', () => ann.lines.some(({ text }) => text === '한 번만'));
      const { seq, sentAt, ...said } = Object(first);
      expect(said).toEqual({
        ...{ kind: 'normal', userId: person.user.id, name: person.user.name, text: '한 번만' },
      });
      expect(sentAt).toEqual(expect.any(Number));
      expect(ann.lines.filter(({ text }) => text === '한 번만')).toEqual([{ seq, ...said }]);
    });

    it('lets the host announce, and nobody else; guests only watch', async () => {
      const [ann, , host, guest] = await seat(4);
      const notice = { id: randomUUID(), text: '5분 뒤 시작', kind: 'notice' };
      expect(await ann.refusal('chat', notice)).toEqual(refused('PERMISSION_DENIED'));
      expect(await guest?.refusal('chat', notice)).toEqual(refused('UNAUTHENTICATED'));
      await host.ask('chat', notice);
      await until('the notice is shown', () =>
        ann.lines.some(({ kind, text }) => kind === 'notice' && text === notice.text),
      );
    });

    it('refuses what is no message, and stays as it was', async () => {
      const [ann] = await seat(3);
      const before = ann.room.state.lastSeq;
      const id = randomUUID();
      const wild: unknown[] = [
        ...[undefined, null, 7, 'text', [], {}],
        { id, text: '   ' },
        { id, text: 'x'.repeat(201) },
        { id: '', text: 'x' },
        { id: 'x'.repeat(65), text: 'x' },
        { id: '빈 칸', text: 'x' },
        { id, text: { length: 1 } },
        { id, text: 'x', kind: 'system' },
      ];
      for (const message of wild) {
        expect(await ann.refusal('chat', message)).toEqual(refused('INVALID_ARGUMENT'));
      }
      await ann.ask('chat', { id, text: '😀'.repeat(200) });
      await until('the next message is shown', () => ann.lines.at(-1)?.text.startsWith('😀'));
      expect(ann.lines.at(-1)?.seq).toBe(before + 1);
    });
  });
}
