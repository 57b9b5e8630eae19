import { Agent, request } from 'node:http';
import { z } from 'zod';
import { type LightSocket, type LightSocketOptions, openSocket } from './light-socket.ts';

/** Bytes that say what a frame of the framework is. */
export const frames = {
  ...{ joinRoom: 10, data: 13, state: 14, patch: 15 },
  ...{ request: 21, response: 22 },
} as const;

const reservation = z.object({
  sessionId: z.string(),
  roomId: z.string(),
  processId: z.string(),
  /** Where the room is, if not behind the door that was asked. */
  publicAddress: z.string().optional(),
});

export interface SeatOptions extends Pick<LightSocketOptions, 'bytesPerSecond'> {
  readonly url: URL;
  readonly roomName: string;
  readonly joinOptions: unknown;
  readonly accessToken?: string;
  /** An address to come from, as a proxy would say it. */
  readonly address?: string;
  /** Told which room it will be, before anything comes from it. */
  readonly onRoom?: (roomId: string) => void;
  /** Whether the room has no state to wait for. */
  readonly stateless?: boolean;
  /** Everything that the room sends, from the handshake on. */
  readonly onFrame: (payload: Buffer, wireBytes: number) => void;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Joins a room of the framework as its SDK does; resolves when its full state, if any, is there.
 * @throws Error when the seat is refused
 */
export async function takeLightSeat(options: SeatOptions): Promise<LightSocket> {
  const seat = await reserve(options);
  options.onRoom?.(seat.roomId);
  const at =
    seat.publicAddress === undefined ? options.url : new URL(`http://${seat.publicAddress}`);
  return new Promise((resolve, reject) => {
    const onFrame = (payload: Buffer, wireBytes: number) => {
      options.onFrame(payload, wireBytes);
      if (payload[0] === frames.joinRoom) {
        opening.then((socket) => {
          socket.send(Uint8Array.of(frames.joinRoom));
          if (options.stateless === true) resolve(socket);
        }, reject);
      } else if (payload[0] === frames.state) opening.then(resolve, reject);
    };
    const opening = openSocket({
      host: at.hostname,
      port: Number(at.port),
      path: pathOf(seat, options.accessToken),
      headers: forwardedFor(options),
      onFrame,
      onClosed: (code) => reject(new Error(`closed (${code}) before the state came`)),
      ...(options.bytesPerSecond === undefined ? {} : { bytesPerSecond: options.bytesPerSecond }),
    });
    opening.catch(reject);
  });
}

function pathOf(seat: z.output<typeof reservation>, accessToken: string | undefined): string {
  const token = accessToken === undefined ? '' : `&_authToken=${accessToken}`;
  return `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}${token}`;
}

function forwardedFor({ address }: SeatOptions): Record<string, string> {
  return address === undefined ? {} : { 'x-forwarded-for': address };
}

function reserve(options: SeatOptions): Promise<z.output<typeof reservation>> {
  const { url, roomName, accessToken } = options;
  const body = JSON.stringify(options.joinOptions);
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method: 'POST',
        path: `/matchmake/joinOrCreate/${roomName}`,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...forwardedFor(options),
          ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          const read = reservation.safeParse(JSON.parse(text));
          if (read.success) resolve(read.data);
          else reject(new Error(`no seat: ${response.statusCode} ${text}`));
        });
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}
