import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../kit/until.ts';

/** A bare TCP connection, for what no client library would send. */
export interface RawSocket {
  readonly socket: Socket;
  /** All that was received so far, as it came. */
  received(): Buffer;
  /** Whether the other side has ended the connection. */
  ended(): boolean;
  send(bytes: string | Uint8Array): void;
  destroy(): void;
}

export async function openRaw(url: string): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let ended = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset is an end as well.
  socket.on('error', () => undefined);
  for (const event of ['end', 'close'] as const) {
    socket.on(event, () => {
      ended = true;
    });
  }
  await once(socket, 'connect');
  socket.unref();
  return {
    socket,
    received: () => Buffer.concat(chunks),
    ended: () => ended,
    send: (bytes) => void socket.write(bytes),
    destroy: () => socket.destroy(),
  };
}

/** Sends one HTTP request, byte for byte, and answers the status, or 0 if there was only an end. */
export async function rawStatus(url: string, request: string | Uint8Array): Promise<number> {
  const raw = await openRaw(url);
  raw.send(request);
  await until('it is answered', () => raw.received().includes('\r\n\r\n') || raw.ended());
  raw.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(raw.received().toString('latin1'))?.[1] ?? 0);
}

/** Shakes hands on a path of the realtime process, as a WebSocket; any frames may follow. */
export async function openWebSocket(url: string, path: string, headers = ''): Promise<RawSocket> {
  const raw = await openRaw(url);
  raw.send(
    `GET ${path} HTTP/1.1\r\nHost: onair\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
  );
  await until('hands are shaken', () => raw.received().includes('\r\n\r\n') || raw.ended());
  // Shows that it is alive, as the library in a browser does by itself.
  const alive = setInterval(() => raw.send(frame(10, new Uint8Array())), 1_000);
  alive.unref();
  raw.socket.once('close', () => clearInterval(alive));
  return raw;
}

/** The frames that a server sent, after the handshake. */
export function framesOf(raw: RawSocket): { readonly opcode: number; readonly payload: Buffer }[] {
  const all = raw.received();
  const frames: { opcode: number; payload: Buffer }[] = [];
  let at = all.indexOf('\r\n\r\n') + 4;
  while (at + 2 <= all.length) {
    const opcode = (all[at] ?? 0) & 15;
    let length = (all[at + 1] ?? 0) & 127;
    let start = at + 2;
    if (length === 126 && at + 4 <= all.length) {
      length = all.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127 && at + 10 <= all.length) {
      length = Number(all.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    if (start + length > all.length) break;
    frames.push({ opcode, payload: all.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}

/** Whether the server has closed a WebSocket, be it with a close frame or without a word. */
export function isClosed(raw: RawSocket): boolean {
  return raw.ended() || framesOf(raw).some(({ opcode }) => opcode === 8);
}

/** A seat as the matchmaker gives it. */
export interface Reservation {
  readonly sessionId: string;
  readonly roomId: string;
  readonly processId: string;
  readonly publicAddress?: string;
}

/** Asks for a seat as the client does, and does not take it. */
export async function reserve(
  url: string,
  broadcastId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const answer = await fetch(`${url}/matchmake/joinOrCreate/live`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ broadcastId }),
  });
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

export async function reserveSeat(
  url: string,
  broadcastId: string,
  headers?: Readonly<Record<string, string>>,
): Promise<Reservation> {
  const { status, body } = await reserve(url, broadcastId, headers);
  if (status !== 200) throw new Error(`no seat: ${JSON.stringify(body)}`);
  return Object.assign({ sessionId: '', roomId: '', processId: '' }, body);
}

/** Where a seat is taken: the address and the path. */
export function seatAt(url: string, seat: Reservation): readonly [url: string, path: string] {
  const at = seat.publicAddress === undefined ? url : `http://${seat.publicAddress}`;
  return [at, `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`];
}

/** Takes a seat over a bare connection and says that it is ready for the state. */
export async function sitDown(url: string, broadcastId: string, headers = ''): Promise<RawSocket> {
  const seat = await reserveSeat(url, broadcastId);
  const raw = await openWebSocket(...seatAt(url, seat), headers);
  raw.send(frame(2, Uint8Array.from([joinRoom])));
  return raw;
}

/** The protocol's byte for "I am ready" and "you are in". */
const joinRoom = 10;

export interface FrameOptions {
  readonly fin?: boolean;
  /** Reserved bits; the first means compressed. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** A length to claim, where it is not the payload's. */
  readonly length?: bigint;
}

/** One WebSocket frame, valid unless the options say otherwise. */
export function frame(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true, length = BigInt(payload.byteLength) } = options;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (length < 126n) head.push(mask | Number(length));
  else if (length < 65_536n) head.push(mask | 126, Number(length >> 8n), Number(length & 255n));
  else {
    head.push(mask | 127);
    for (let shift = 56n; shift >= 0n; shift -= 8n) head.push(Number((length >> shift) & 255n));
  }
  // A mask of zeros is a mask.
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}
