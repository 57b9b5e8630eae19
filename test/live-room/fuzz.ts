import type { OnairProcess } from '../kit/onair.ts';
import { until } from '../kit/until.ts';
import { makePerson, openShop, type Person } from '../rest-shop.ts';
import { type Bystanders, startBystanders } from './bystander.ts';
import { createFuzzedFrames, type FuzzedFrames } from './fuzzed-frames.ts';
import { frame, framesOf, isClosed, openWebSocket, reserveSeat, seatAt } from './raw-socket.ts';
import { door, type InWorld } from './world.ts';

/** `FUZZ_SEED=7 FUZZ_FRAMES=100000 npm test -- test/live-room -t 'fuzz of frames'` plays another game. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_701);
const count = Number(process.env.FUZZ_FRAMES ?? 2_000);

/** Frames of one connection: what a viewer may send in a second, less those that seat it. */
const requestsEach = 40;
const messagesEach = 8;
const lastWordsEach = 6;
const framesEach = requestsEach + messagesEach + lastWordsEach;

const binary = 2;
const joinRoom = Uint8Array.from([10]);
const leaveRoom = Uint8Array.from([12]);
const roomResponse = 22;

/** A client that says whatever comes to mind, and the room that answers all of it and goes on. */
export function describeFuzz(inWorld: InWorld): void {
  describe('a fuzz of frames', () => {
    let bystanders: Bystanders;
    let stranger: Person;
    let broadcastId: string;
    let logged: ReadonlyMap<OnairProcess, number>;
    beforeEach(async () => {
      const world = inWorld();
      const shop = await openShop(world.onair);
      broadcastId = shop.broadcastId;
      stranger = await makePerson(world.onair, 'stranger');
      bystanders = await startBystanders({ ...world, shop });
      logged = new Map([...processes()].map((process) => [process, process.log().length]));
    });
    afterEach(() => bystanders.leave());

    const processes = () => inWorld().onair.processes.values();

    /** What was logged as a failure since the attack began: a client's nonsense is none of ours. */
    const failures = () =>
      [...processes()]
        .flatMap((process) => process.log().slice(logged.get(process)).split('\n'))
        .filter((line) => line !== '' && (!line.startsWith('{') || /"level":[56]0/.test(line)));

    it(`is answered, or ends its connection, and harms nobody (seed ${seed}, ${count} frames)`, async () => {
      const world = inWorld();
      const frames = createFuzzedFrames(seed);
      for (let sent = 0, turn = 0; sent < count; sent += framesEach, turn += 1) {
        const authorization = { authorization: `Bearer ${stranger.accessToken}` };
        const headers = turn % 2 === 0 ? authorization : {};
        try {
          await attack({
            ...{ url: door(world, turn), broadcastId, headers, frames },
            requests: requestsEach,
          });
        } catch (error) {
          throw new Error(`seed ${seed}, connection ${turn}`, { cause: error });
        }
        expect(await bystanders.reader.ask('clock')).toEqual({ now: expect.any(Number) });
      }
      await until('nobody of them is left', () => bystanders.reader.room.state.viewers.now === 2);
      for (const url of world.onair.realtimeUrls) {
        expect((await fetch(`${url}/health`)).status).toBe(200);
      }
      await bystanders.check();
      expect(failures()).toEqual([]);
    }, 120_000);
  });
}

export interface Attack {
  readonly url: string;
  readonly broadcastId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly frames: FuzzedFrames;
  readonly requests: number;
}

/**
 * Takes a seat and sends requests under ids of its own, each of which must be answered once; then
 * frames for which the connection may be closed.
 */
export async function attack({
  url,
  broadcastId,
  headers,
  frames,
  requests,
}: Attack): Promise<void> {
  const seat = await reserveSeat(url, broadcastId, headers);
  const raw = await openWebSocket(...seatAt(url, seat));
  const send = (payloads: readonly Uint8Array[]) =>
    raw.send(Buffer.concat(payloads.map((payload) => frame(binary, payload))));
  // Wide enough to be recognised in the answers by their form.
  const ids = Array.from({ length: requests }, (_, i) => 70_000 + i);
  send([
    joinRoom,
    ...ids.map((id) => frames.request(id)),
    ...Array.from({ length: messagesEach }, () => frames.message()),
  ]);
  const answers = () =>
    framesOf(raw).flatMap(({ payload }) =>
      payload[0] === roomResponse && payload[1] === 0xce ? [payload] : [],
    );
  await until('every request is answered', () => answers().length >= ids.length);
  expect(isClosed(raw)).toBe(false);
  const answered = answers().map((payload) => payload.readUInt32LE(2));
  expect(answered.sort((a, b) => a - b)).toEqual(ids);
  expect(answers().filter((payload) => payload.includes('INTERNAL'))).toEqual([]);
  send([...Array.from({ length: lastWordsEach }, () => frames.anything()), leaveRoom]);
  await until('the connection is closed', () => isClosed(raw));
  raw.destroy();
}
