import { randomBytes } from 'node:crypto';
import { meanwhile } from '../kit/meanwhile.ts';
import { until } from '../kit/until.ts';
import { openShop } from '../rest-shop.ts';
import { type Bystanders, startBystanders } from './bystander.ts';
import {
  frame,
  framesOf,
  isClosed,
  openWebSocket,
  type RawSocket,
  reserveSeat,
  seatAt,
  sitDown,
} from './raw-socket.ts';
import { comeBack, joinRefusal, watch } from './viewer.ts';
import { door, type InWorld } from './world.ts';

const text = 1;
const binary = 2;
const continuation = 0;
const ping = 9;

const bytes = (...values: number[]) => Uint8Array.from(values);
const large = (size: number) => new Uint8Array(size);

/** What a seated client may send as bytes, after which its connection must be closed. */
const fatal: readonly (readonly [name: string, send: (raw: RawSocket) => void])[] = [
  ['a frame without a mask', (raw) => raw.send(frame(binary, bytes(1), { masked: false }))],
  ['reserved bits', (raw) => raw.send(frame(binary, bytes(1), { rsv: 2 }))],
  ['compression that was not agreed on', (raw) => raw.send(frame(binary, bytes(1), { rsv: 4 }))],
  ['an opcode that is not there', (raw) => raw.send(frame(5, bytes(1)))],
  ['a continuation of nothing', (raw) => raw.send(frame(continuation, bytes(1)))],
  ['text that is no UTF-8', (raw) => raw.send(frame(text, bytes(0xc3, 0x28, 0xff)))],
  ['a ping in parts', (raw) => raw.send(frame(ping, bytes(1), { fin: false }))],
  ['a ping that is too long', (raw) => raw.send(frame(ping, large(126)))],
  ['a length beyond memory', (raw) => raw.send(frame(binary, bytes(1), { length: 1n << 62n }))],
  ['a length beyond the limit', (raw) => raw.send(frame(binary, bytes(), { length: 65_537n }))],
  ['a message beyond the limit', (raw) => raw.send(frame(binary, large(20_000)))],
  [
    'parts that add up beyond the limit',
    (raw) => {
      raw.send(frame(binary, large(30_000), { fin: false }));
      raw.send(frame(continuation, large(30_000), { fin: false }));
      raw.send(frame(continuation, large(30_000)));
    },
  ],
  ['random bytes', (raw) => raw.send(Buffer.concat([bytes(0xf7), randomBytes(500)]))],
  [
    'a flood of pings',
    (raw) => {
      for (let i = 0; i < 2_000; i += 1) raw.send(frame(ping, large(100)));
    },
  ],
  [
    'a flood of messages',
    (raw) => {
      const clock = frame(binary, Buffer.concat([bytes(13, 0xa5), Buffer.from('clock')]));
      for (let i = 0; i < 1_000; i += 1) raw.send(clock);
    },
  ],
  ['a close with no right to its code', (raw) => raw.send(frame(8, bytes(0x03, 0xed)))],
  ['a close with half a code', (raw) => raw.send(frame(8, bytes(3)))],
];

/** Bytes that no client library would send. The connection ends; nobody else notices. */
export function describeHostileFrames(inWorld: InWorld): void {
  const neverReady = meanwhile(async () => {
    const { broadcastId } = await openShop(inWorld().onair);
    const seat = await reserveSeat(door(inWorld()), broadcastId);
    const raw = await openWebSocket(...seatAt(door(inWorld()), seat));
    // What it asks meanwhile is answered later, and so must not go on forever.
    raw.send(frame(binary, Buffer.concat([bytes(13, 0xa5), Buffer.from('clock')])));
    await until('it is closed', () => isClosed(raw), { timeoutMs: 20_000 });
    expect(framesOf(raw).at(-1)?.payload.subarray(2).toString()).toBe('NOT_READY');
    raw.destroy();
  });

  describe('a connection that breaks the protocol', () => {
    let bystanders: Bystanders;
    beforeEach(async () => {
      bystanders = await startBystanders(inWorld());
    });
    afterEach(() => bystanders.leave());

    it('is closed, whatever it sends, and harms nobody', async () => {
      const { shop } = inWorld();
      for (const [name, send] of fatal) {
        const raw = await sitDown(door(inWorld()), shop.broadcastId);
        send(raw);
        await until(`${name} ends the connection`, () => isClosed(raw));
        raw.destroy();
      }
      await bystanders.check();
    }, 120_000);

    it('is closed when it is ready for the state in a message beyond the limit', async () => {
      const url = door(inWorld());
      const seat = await reserveSeat(url, inWorld().shop.broadcastId);
      const raw = await openWebSocket(...seatAt(url, seat));
      raw.send(frame(binary, Buffer.concat([bytes(10), large(20_000)])));
      await until('the connection is ended', () => isClosed(raw));
      raw.destroy();
      await bystanders.check();
    });

    it('ends right behind what it sent, while the process is busy with others', async () => {
      const { shop, onair } = inWorld();
      const clock = frame(binary, Buffer.concat([bytes(13, 0xa5), Buffer.from('clock')]));
      const bye = frame(8, bytes(0x03, 0xe8));
      const ready = frame(binary, bytes(10));
      // What each of these leads to needs a connection that is not there any more.
      const lastWords = [
        ready,
        Buffer.concat([ready, frame(binary, bytes(13, 0xc1))]),
        Buffer.concat([ready, frame(binary, large(20_000))]),
        Buffer.concat([ready, frame(binary, bytes(12))]),
      ];
      const url = door(inWorld());
      const sockets = await Promise.all(
        Array.from({ length: 80 }, async () => {
          const seat = await reserveSeat(url, shop.broadcastId);
          return openWebSocket(...seatAt(url, seat));
        }),
      );
      const process = [...onair.processes.values()].find(({ name }) => /^(all|real)/.test(name));
      if (process === undefined) throw new Error('no process with rooms');
      // Stopped meanwhile, it meets all of this in one turn of its event loop.
      global.process.kill(process.pid(), 'SIGSTOP');
      sockets.forEach((raw, i) => {
        const words = lastWords[i % lastWords.length] ?? ready;
        raw.send(Buffer.concat([...Array<Buffer>(10).fill(clock), words, bye]));
      });
      await Promise.all(
        sockets.map((raw) => until('it is sent', () => raw.socket.writableLength === 0)),
      );
      global.process.kill(process.pid(), 'SIGCONT');
      for (const raw of sockets) await until('it is closed', () => isClosed(raw));
      for (const raw of sockets) raw.destroy();
      await bystanders.check();
    }, 60_000);

    it('is given no compression, however it asks', async () => {
      const { shop } = inWorld();
      const raw = await sitDown(
        door(inWorld()),
        shop.broadcastId,
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15; x=y\r\n',
      );
      expect(raw.received().toString('latin1')).not.toMatch(/permessage-deflate/i);
      raw.destroy();
      await bystanders.check();
    });

    it('is given no seat that it was not given by the matchmaker', async () => {
      const url = door(inWorld());
      const { broadcastId } = inWorld().shop;
      const { room } = bystanders.reader;
      const at = new URL(room.connection.url ?? '');
      const taken = await reserveSeat(url, broadcastId);
      const [takenAt, takenPath] = seatAt(url, taken);
      const first = await openWebSocket(takenAt, takenPath);
      const paths: [where: string, path: string][] = [
        // Someone's seat, by its id, with and without what might pass for a token.
        [at.origin, at.pathname + at.search],
        [at.origin, `${at.pathname}?sessionId=${room.sessionId}&reconnectionToken=`],
        [at.origin, `${at.pathname}?sessionId=${room.sessionId}&reconnectionToken=undefined`],
        [at.origin, `${at.pathname}?sessionId=__proto__&reconnectionToken=constructor`],
        [
          at.origin,
          `${at.pathname}?sessionId=a&sessionId=b&reconnectionToken=c&reconnectionToken=d`,
        ],
        [at.origin, '/p/constructor?sessionId=a'],
        [at.origin, '/p/__proto__?sessionId=a'],
        [at.origin, `/p/${'a'.repeat(2_000)}?sessionId=${'b'.repeat(2_000)}`],
        [at.origin, '//[?sessionId=%E0%A4%A'],
        [at.origin, '/'],
        // A seat that was used.
        [takenAt, takenPath],
      ];
      for (const [where, path] of paths) {
        const raw = await openWebSocket(where.replace(/^ws/, 'http'), path);
        await until(`${path} is closed`, () => isClosed(raw));
        const shown = framesOf(raw).flatMap(({ opcode, payload }) =>
          opcode === binary ? [payload[0]] : [],
        );
        // Neither let in (10) nor shown anything of the state (14, 15).
        for (const code of shown) expect([10, 14, 15]).not.toContain(code);
        raw.destroy();
      }
      expect(isClosed(first)).toBe(false);
      first.destroy();
      await bystanders.check();
    }, 60_000);

    it('gets nothing for a token that was used or is not its own', async () => {
      const world = inWorld();
      const viewer = await watch(door(world), world.shop.broadcastId, world.ann);
      viewer.drop();
      await until('it is gone', () => viewer.closeCode() !== undefined);
      const back = await comeBack(door(world), viewer, world.ann);
      // The token that was used, by its owner and by a stranger.
      for (const person of [world.ann, world.bob]) {
        const again = await joinRefusal(comeBack(door(world), viewer, person));
        expect(again).toEqual([524, expect.any(String)]);
      }
      // Two who use the same good token at once: one gets the seat.
      back.drop();
      await until('it is gone', () => back.closeCode() !== undefined);
      const both = await Promise.allSettled([
        comeBack(door(world), back, world.ann),
        comeBack(door(world), back, world.ann),
      ]);
      const seated = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(seated).toHaveLength(1);
      expect(await seated[0]?.ask('clock')).toEqual({ now: expect.any(Number) });
      await seated[0]?.leave();
      await bystanders.check();
    }, 60_000);

    it('is closed when it never says that it is ready', neverReady, 40_000);
  });
}
