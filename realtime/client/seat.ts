import { CloseCode, Room } from '@colyseus/sdk';
import type { LiveState } from '../state/live-state.ts';
import { pause } from './backoff.ts';
import { call, type Fetch } from './http.ts';
import { clientError, field, type LiveError, refusalOf } from './refusal.ts';
import { RememberingSerializer, shapeOf } from './remembered-shape.ts';

/** Milliseconds that a room has to let someone go. */
const leaveMs = 2_000;

export type LiveRoom = Room<unknown, LiveState>;

/** Why a connection ended. */
export interface SeatEnd {
  readonly code: number;
  readonly reason: string;
}

/** A connection to one room of the broadcast. */
export interface Seat {
  readonly room: LiveRoom;
  /** Whether it is the seat that was kept. */
  readonly resumed: boolean;
  /** Resolves when the connection has ended; never rejects. */
  readonly ended: Promise<SeatEnd>;
  /** Resolves with what the room said when its process is about to end. */
  readonly draining: Promise<unknown>;
  /** When the room was heard last, by performance.now(). */
  heardAt(): number;
  /** Whether the room answers a ping within so many milliseconds. */
  answers(timeoutMs: number): Promise<boolean>;
  /** Gives the connection up for dead: it ends now, as if it had broken. */
  drop(): void;
  /** Leaves the room for good; resolves when it is left, or when that takes too long. */
  leave(): Promise<void>;
}

/** What a seat is taken with: one of the two, or both. */
export interface Claim {
  /** What to join any room with. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The room of a connection that broke: its seat is taken where it is still kept. */
  readonly before?: LiveRoom | undefined;
}

export interface SeatDeps {
  readonly fetch: Fetch;
  /** Changes the addresses of connections, where something stands between. */
  readonly socketUrl: (url: string) => string;
  readonly timeoutMs: number;
  /** After each change of the state of a seat that was taken. */
  readonly onState: (room: LiveRoom) => void;
  /** For each message beside the state. */
  readonly onMessage: (room: LiveRoom, type: string, body: unknown) => void;
}

/**
 * Takes a seat; resolves when the room has shown its state.
 * @throws LiveError as the door refuses; UNREACHABLE when nothing answers in time
 */
export async function takeSeat(
  deps: SeatDeps,
  url: string,
  claim: Claim,
  token?: string,
): Promise<Seat> {
  const reservation = await reserve(deps, url, claim, token);
  const { roomId, sessionId, reconnectionToken } = reservation;
  const resumed = reconnectionToken !== '';
  // A seat that was kept is in the room that was left, so the shape of its state is known: that
  // saves the room from sending it, and this client from reading it.
  const shape = resumed ? shapeOf(claim.before?.state) : undefined;
  const room: LiveRoom = new Room('live', shape);
  if (shape === undefined) room.serializer = new RememberingSerializer();
  Object.assign(room, { roomId, sessionId });
  // When to come back, and where to, is decided here.
  room.reconnection.enabled = false;
  const seat = createSeat(deps, room, resumed);
  const endpoint = new URL(`${socketBase(url, reservation)}/${reservation.processId}/${roomId}`);
  endpoint.searchParams.set('sessionId', sessionId);
  if (resumed) endpoint.searchParams.set('reconnectionToken', reconnectionToken);
  room.connect(deps.socketUrl(endpoint.href), {}, {});
  seat.watch();
  const timer = setTimeout(seat.drop, deps.timeoutMs);
  const shown = await Promise.race([seat.shown, seat.ended]);
  clearTimeout(timer);
  if (shown === undefined) return seat;
  throw notSeated(shown);
}

/** Why a connection came to nothing: the room refused it by an HTTP status, or it just ended. */
function notSeated({ code, reason }: SeatEnd): LiveError {
  if (code >= 400 && code < 600) return refusalOf(code, { error: reason });
  const details = { at: 'socket', closeCode: String(code) };
  return clientError('UNREACHABLE', true, details);
}

interface Reservation {
  readonly roomId: string;
  readonly sessionId: string;
  readonly processId: string;
  readonly publicAddress: string;
  /** Empty for a seat that is another one than before. */
  readonly reconnectionToken: string;
}

/** Asks the door for the seat that was kept, or else for any. */
async function reserve(
  { fetch, timeoutMs }: SeatDeps,
  url: string,
  claim: Claim,
  token: string | undefined,
): Promise<Reservation> {
  const [keptIn = '', reconnectionToken = ''] = claim.before?.reconnectionToken.split(':') ?? [];
  const joins = claim.options !== undefined;
  const back = claim.before === undefined ? {} : { back: { roomId: keptIn, reconnectionToken } };
  const body = joins ? { ...claim.options, ...back } : { reconnectionToken };
  const base = url.replace(/^ws/, 'http').replace(/\/$/, '');
  const address = `${base}/matchmake/${joins ? 'joinOrCreate/live' : `reconnect/${keptIn}`}`;
  const answer = await call(fetch, address, { method: 'POST', body, token, timeoutMs });
  const text = (name: string) => {
    const value = field(answer, name);
    return typeof value === 'string' ? value : '';
  };
  return {
    roomId: text('roomId'),
    sessionId: text('sessionId'),
    processId: text('processId'),
    publicAddress: text('publicAddress'),
    reconnectionToken: !joins || field(answer, 'resumed') === true ? reconnectionToken : '',
  };
}

/** Rooms are at their own process's address where it has one, else behind the door's. */
function socketBase(url: string, { publicAddress }: Reservation): string {
  const { protocol, host, pathname } = new URL(url);
  const secure = protocol === 'https:' || protocol === 'wss:';
  const at = publicAddress === '' ? `${host}${pathname.replace(/\/$/, '')}` : publicAddress;
  return `${secure ? 'wss' : 'ws'}://${at}`;
}

interface OpeningSeat extends Seat {
  /** Resolves when the room has shown its state. */
  readonly shown: Promise<undefined>;
  /** Call when the connection is being opened. */
  watch(): void;
}

function createSeat(deps: SeatDeps, room: LiveRoom, resumed: boolean): OpeningSeat {
  const ending = Promise.withResolvers<SeatEnd>();
  const draining = Promise.withResolvers<unknown>();
  const showing = Promise.withResolvers<undefined>();
  let heardAt = performance.now();
  let [letIn, over] = [false, false];

  function end(code: number | undefined, reason: string | undefined): void {
    over = true;
    ending.resolve({ code: code ?? CloseCode.ABNORMAL_CLOSURE, reason: reason ?? '' });
  }

  function drop(): void {
    if (over) return;
    room.removeAllListeners();
    end(undefined, 'given up');
    abandon(room);
  }

  room.onError((code, reason) => {
    if (!letIn) end(code, reason);
  });
  room.onLeave(end);
  room.onStateChange(() => {
    heardAt = performance.now();
    letIn = true;
    showing.resolve(undefined);
    deps.onState(room);
  });
  room.onMessage('*', (type: string | number, body: unknown) => {
    heardAt = performance.now();
    if (type === 'draining') draining.resolve(body);
    deps.onMessage(room, String(type), body);
  });
  return {
    room,
    resumed,
    ended: ending.promise,
    draining: draining.promise,
    shown: showing.promise,
    watch() {
      const { events } = room.connection;
      const closed = events.onclose;
      // The SDK complains on the console of a connection that never was; here it is tried again.
      events.onclose = (event: { code?: number; reason?: string }) =>
        letIn ? closed?.(event) : end(event.code, event.reason);
    },
    heardAt: () => heardAt,
    async answers(timeoutMs) {
      const answered = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => answered.resolve(false), timeoutMs);
      room.ping(() => {
        heardAt = performance.now();
        answered.resolve(true);
      });
      const answer = await Promise.race([answered.promise, ending.promise.then(() => true)]);
      clearTimeout(timer);
      return answer;
    },
    drop,
    async leave() {
      if (over) return;
      if (!room.connection.isOpen) return drop();
      // Resolves with the end of the connection, as `ending` does.
      void room.leave();
      await pause(leaveMs, ending.promise);
      drop();
    },
  };
}

/** Closes a connection that may be dead: at once where the runtime can, else when it finds out. */
function abandon(room: LiveRoom): void {
  const socket = field(field(room.connection, 'transport'), 'ws');
  const terminate = field(socket, 'terminate');
  if (typeof terminate === 'function') Reflect.apply(terminate, socket, []);
  else room.connection.close();
}
