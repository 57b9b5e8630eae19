import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A WebSocket that only does what a benchmark's viewer needs. */
export interface LightSocket {
  send(payload: Uint8Array | string): void;
  /** Cuts the connection. */
  cut(): void;
  /** Whether the other side closed it. */
  readonly closed: boolean;
}

export interface LightSocketOptions {
  readonly host: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told when hands are shaken, before any frame. */
  readonly onOpen?: (socket: LightSocket) => void;
  /** A frame's payload, valid during the call, and its bytes on the wire. */
  readonly onFrame: (payload: Buffer, wireBytes: number) => void;
  /** Told when the connection has ended, whoever ended it and why (its close code, if it has one). */
  readonly onClosed?: (code: number | undefined) => void;
  /** Reads no more than this; otherwise as fast as it comes. */
  readonly bytesPerSecond?: number;
}

/** Bytes that a slow reader takes at once. */
const sip = 256;
/** What all sockets read into, one after the other. */
const shared = Buffer.allocUnsafe(256 * 1024);
const key = randomBytes(16).toString('base64');
const textFrame = 0x81;
const binaryFrame = 0x82;
const opcodes = { close: 8, ping: 9, pong: 10 };

/**
 * Opens a connection and shakes hands. It makes no object for a frame: thousands of viewers share
 * the machine with the server that is measured.
 * @throws Error when the server refuses
 */
export function openSocket(options: LightSocketOptions): Promise<LightSocket> {
  return new Promise((resolve, reject) => {
    let rest: Buffer | undefined;
    let open = false;
    let closed = false;
    let code: number | undefined;
    const slow = options.bytesPerSecond !== undefined;

    function take(chunk: Buffer): void {
      let data = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      rest = undefined;
      if (!open) {
        const end = data.indexOf('\r\n\r\n');
        if (end < 0) {
          rest = Buffer.from(data);
          return;
        }
        const status = data.toString('latin1', 0, data.indexOf('\r\n'));
        if (!status.includes(' 101 ')) {
          socket.destroy();
          reject(new Error(`no WebSocket: ${status}`));
          return;
        }
        open = true;
        options.onOpen?.(handle);
        resolve(handle);
        data = data.subarray(end + 4);
      }
      const used = readFrames(data, options.onFrame, onControl);
      if (used < data.length) rest = Buffer.from(data.subarray(used));
    }

    function onControl(opcode: number, payload: Buffer): void {
      if (opcode === opcodes.ping) socket.write(frameOf(0x80 | opcodes.pong, payload));
      if (opcode === opcodes.close) {
        code = payload.length >= 2 ? payload.readUInt16BE() : undefined;
        socket.end();
      }
    }

    const socket: Socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      onread: {
        buffer: slow ? Buffer.allocUnsafe(sip) : shared,
        callback(bytes, buffer) {
          take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
          return !(slow && open);
        },
      },
    });
    const sipping = slow
      ? setInterval(() => socket.resume(), (sip * 1_000) / (options.bytesPerSecond ?? sip))
      : undefined;
    const handle: LightSocket = {
      send(payload) {
        const text = typeof payload === 'string';
        socket.write(frameOf(text ? textFrame : binaryFrame, Buffer.from(payload)));
      },
      cut: () => socket.destroy(),
      get closed() {
        return closed;
      },
    };
    socket.once('connect', () => socket.write(requestOf(options)));
    socket.once('close', () => {
      closed = true;
      clearInterval(sipping);
      reject(new Error('the connection was closed'));
      options.onClosed?.(code);
    });
    socket.once('error', (error) => {
      closed = true;
      reject(error);
    });
  });
}

function requestOf({ host, port, path, headers = {} }: LightSocketOptions): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');
}

/** Hands over whole frames; answers how many bytes they were. */
function readFrames(
  data: Buffer,
  onFrame: LightSocketOptions['onFrame'],
  onControl: (opcode: number, payload: Buffer) => void,
): number {
  let at = 0;
  while (at + 2 <= data.length) {
    let length = (data[at + 1] ?? 0) & 0x7f;
    let head = 2;
    if (length === 126) {
      if (at + 4 > data.length) break;
      length = data.readUInt16BE(at + 2);
      head = 4;
    } else if (length === 127) {
      if (at + 10 > data.length) break;
      length = Number(data.readBigUInt64BE(at + 2));
      head = 10;
    }
    const end = at + head + length;
    if (end > data.length) break;
    const opcode = (data[at] ?? 0) & 0x0f;
    const payload = data.subarray(at + head, end);
    if (opcode < opcodes.close) onFrame(payload, head + length);
    else onControl(opcode, payload);
    at = end;
  }
  return at;
}

/** A client's frame. It has to be masked; a mask of zeros leaves the payload as it is. */
function frameOf(first: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  if (payload.length > 65_535) throw new Error('too long for a frame of the benchmark');
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = first;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
