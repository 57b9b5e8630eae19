import { connect, type Socket } from 'node:net';

/** A connection that is kept for the next call to the same host. */
interface Wire {
  readonly socket: Socket;
  /** Who waits for an answer. */
  asking: { resolve(answer: Response): void; reject(error: unknown): void } | undefined;
  /** What came of the answer so far. */
  read: Buffer;
}

const idle = new Map<string, Wire[]>();
const nothing = Buffer.alloc(0);

/**
 * What viewers need of `fetch`, for a tenth of its processor: thousands of them share the machine
 * with the servers that are measured. Answers must tell their length, as all of ours do.
 */
export function lightFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const { host, hostname, port, pathname, search } = new URL(url);
  const { method = 'GET', headers = {}, body, signal } = init;
  const text = typeof body === 'string' ? body : '';
  const lines = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    ...(method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(text)}`]),
  ];
  return new Promise((resolve, reject) => {
    const wire = idle.get(host)?.pop() ?? openWire(host, hostname, Number(port));
    wire.asking = { resolve, reject };
    wire.socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
    signal?.addEventListener('abort', () => {
      if (wire.asking?.reject === reject) wire.socket.destroy();
    });
  });
}

function openWire(host: string, hostname: string, port: number): Wire {
  const socket = connect({ host: hostname, port, noDelay: true });
  const wire: Wire = { socket, asking: undefined, read: nothing };
  socket.on('data', (part) => {
    wire.read = wire.read.length === 0 ? part : Buffer.concat([wire.read, part]);
    const answer = readAnswer(wire.read);
    if (answer === undefined) return;
    const { asking } = wire;
    wire.asking = undefined;
    wire.read = nothing;
    const others = idle.get(host);
    if (others === undefined) idle.set(host, [wire]);
    else others.push(wire);
    asking?.resolve(answer);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    const others = idle.get(host) ?? [];
    if (others.includes(wire)) others.splice(others.indexOf(wire), 1);
    wire.asking?.reject(new TypeError('no answer'));
  });
  return wire;
}

/** Undefined until it is there as a whole. */
function readAnswer(read: Buffer): Response | undefined {
  const end = read.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = read.toString('latin1', 0, end);
  const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
  const length = Number(headerIn(head, 'content-length') ?? (status === 204 ? 0 : Number.NaN));
  if (Number.isNaN(length)) throw new Error('an answer does not tell its length');
  const from = end + 4;
  if (read.length < from + length) return undefined;
  const retryAfter = headerIn(head, 'retry-after');
  return new Response(status === 204 ? null : read.toString('utf8', from, from + length), {
    status,
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
  });
}

function headerIn(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim();
}
