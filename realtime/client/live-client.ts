import { type BackoffOptions, backoffMs, pause } from './backoff.ts';
import { createChatFeed } from './chat-feed.ts';
import { type ChatMessage, chatWindow, createRemovals } from './chat-window.ts';
import { createClockSync } from './clock-sync.ts';
import { createDoor, type Kept } from './door.ts';
import { createEmitter, type Emitter } from './events.ts';
import { createHeldMessages } from './held-messages.ts';
import { createHistory } from './history.ts';
import type { Fetch } from './http.ts';
import { emitKeeperNews } from './keeper-news.ts';
import type { LiveEvents, LiveOptions, LiveStatus } from './options.ts';
import { createOwnMessages } from './own-messages.ts';
import { clientError, field, LiveError } from './refusal.ts';
import { createRequests, type RequestOptions } from './requests.ts';
import { bannedCode, seatIsKept, seatKeptMs } from './rules.ts';
import type { LiveRoom, Seat, SeatEnd } from './seat.ts';
import { watchWakefulness } from './wakefulness.ts';

/** A place in a broadcast that survives its connections. */
export interface LiveClient {
  on: Emitter<LiveEvents>['on'];
  readonly status: LiveStatus;
  /** The SDK's room underneath, for its state; another one after each connection that broke. */
  readonly room: LiveRoom | undefined;
  /** Number of the last chat message delivered or given up; undefined before the first state. */
  readonly lastSeq: number | undefined;
  /** Resolves when first in a room; rejects with a LiveError when refused for good, or closed. */
  readonly ready: Promise<void>;
  /** The server's clock, in epoch milliseconds. */
  serverNow(): number;
  /** Server time minus local time, and how far that may be off, in milliseconds. */
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
  /**
   * Asks the room. A request whose payload has an `id` is sent again, under the same id, when its
   * answer was lost, here or in the next room: it happens once and is answered once.
   * @throws LiveError as the room refuses, OUTCOME_UNKNOWN, NO_ANSWER, CLOSED
   */
  request(type: string, payload?: unknown, options?: RequestOptions): Promise<unknown>;
  /** Says something; answers its number, under which it is delivered as well. */
  chat(text: string, options?: ChatOptions): Promise<ChatAnswer>;
  /** Orders; answers what the room does. */
  order(
    lines: readonly OrderLine[],
    options?: RequestOptions & { readonly id?: string },
  ): Promise<OrderAnswer>;
  /**
   * Leaves; resolves when the room knows. Nothing more happens from the call on, and requests
   * without an answer fail with CLOSED.
   */
  close(): Promise<void>;
}

export interface ChatOptions extends RequestOptions {
  /** Your own id of the message; a fresh one unless told. */
  readonly id?: string;
  readonly kind?: 'normal' | 'notice';
}

export interface ChatAnswer {
  /** Undefined while it waits for approval. */
  readonly seq: number | undefined;
  /** Whether a moderator has to approve it first; then it is delivered like any other. */
  readonly held: boolean;
}

export interface OrderLine {
  readonly skuId: string;
  readonly dealId?: string;
  readonly quantity: number;
  readonly expectedUnitPrice?: number;
}

export interface OrderAnswer {
  readonly orderId: string;
  readonly number: string;
  readonly amount: number;
  /** Epoch milliseconds of the server. */
  readonly paymentDeadline: number;
}

const defaultBackoff: BackoffOptions = { baseMs: 500, ceilingMs: 15_000 };
/** Milliseconds that a room has for a sign of life after the device slept. */
const wakeAnswerMs = 2_000;
/** Milliseconds over which viewers who are told to go spread, where the room does not say. */
const moveWithinMs = 250;

/** Milliseconds for which a room that told its viewers to go answers them still. */
const servedOnMs = 1_000;

/** Connects to a broadcast and stays there until it is closed or refused for good. */
export function connectToBroadcast(options: LiveOptions): LiveClient {
  const { broadcastId, apiUrl, timeoutMs = 10_000, quietMs = 5_000 } = options;
  const backoff = { ...defaultBackoff, ...options.backoff };
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const events = createEmitter<LiveEvents>();
  const ready = Promise.withResolvers<void>();
  // Who does not wait for it hears of it by the events.
  ready.promise.catch(() => undefined);
  const closing = Promise.withResolvers<void>();
  let status: LiveStatus = 'connecting';
  let seat: Seat | undefined;
  let room: LiveRoom | undefined;
  let woken = Promise.withResolvers<void>();
  let checking = false;

  const isClosed = () => status === 'closed';
  const requests = createRequests(backoff);
  const clock = createClockSync({
    everyMs: options.clockEveryMs ?? 60_000,
    ask: () => requests.ask('clock', undefined, { idempotent: false, timeoutMs: 5_000 }),
  });
  const own = createOwnMessages({
    deliver: show,
    onOmitted: (range) => events.emit('omitted', range),
    lastSeq: () => feed.lastSeq,
  });
  const held = createHeldMessages({
    ask: (payload) => requests.ask('chat', payload),
    onSaid: own.said,
    wait: (ms) => pause(ms, closing.promise),
    isClosed,
  });
  const feed = createChatFeed({
    startAt: options.startAt ?? 'recent',
    maxRecovered: options.maxRecovered ?? 2_000,
    fetchAfter: createHistory({
      ...{ fetch, apiUrl, broadcastId, backoff, isClosed },
      wait: (ms) => pause(ms, closing.promise),
      now: () => performance.now(),
    }),
    waitForHistory: (tries) => pause(backoffMs(backoff, tries), closing.promise),
    deliver(message) {
      own.shown(message);
      show(message);
    },
    onOmitted(range) {
      own.omitted(range);
      held.omitted();
    },
    onLost: (range) => events.emit('notRecovered', range),
  });
  const removals = createRemovals((seq) => events.emit('removed', { seq }));
  const door = createDoor({
    ...{ options, backoff, isClosed },
    seats: {
      fetch,
      timeoutMs,
      socketUrl: options.socketUrl ?? ((url) => url),
      onState(from) {
        if (isClosed() || from !== seat?.room) return;
        look(from);
      },
      onMessage(_from, type, body) {
        if (isClosed()) return;
        emitKeeperNews(events, type, body);
        events.emit('room', { type, body });
      },
    },
    wait: (ms) => pause(ms, Promise.race([closing.promise, woken.promise])),
    onWaiting(place) {
      if (seat !== undefined) return;
      become('waiting');
      events.emit('waiting', place);
    },
  });

  function become(next: LiveStatus): void {
    if (status === next || isClosed()) return;
    status = next;
    events.emit('status', next);
  }

  function show(message: ChatMessage): void {
    const { seq } = message;
    // Taken down while it waited for what comes before it: whoever was told must not see it now.
    if (removals.has(seq)) events.emit('omitted', { fromSeq: seq, toSeq: seq });
    else events.emit('message', message);
  }

  /** Reads a state that is new or has changed. */
  function look(from: LiveRoom): void {
    removals.look(from.state);
    feed.show(chatWindow(from.state));
    events.emit('state', from);
  }

  function sit(taken: Seat): void {
    seat = taken;
    room = taken.room;
    requests.moveTo(taken.room);
    become('online');
    events.emit('online', { room: taken.room, resumed: taken.resumed });
    look(taken.room);
    ready.resolve();
    clock.look();
  }

  async function stayInside(): Promise<void> {
    let here = await door.enter(0);
    for (;;) {
      if (isClosed()) return void here.leave();
      const before = seat;
      sit(here);
      if (before !== undefined) void leaveAnswered(before);
      const end = await Promise.race([here.ended, here.draining.then(() => undefined)]);
      here = end === undefined ? await moveFrom(here) : await comeBack(here, end);
    }
  }

  /** Leaves a seat for which there is another one, once it has answered what only it can answer. */
  async function leaveAnswered(before: Seat): Promise<void> {
    const late = pause(servedOnMs, closing.promise);
    await requests.answered(before.room, Promise.race([before.ended, late]));
    await before.leave();
  }

  async function comeBack(here: Seat, end: SeatEnd): Promise<Seat> {
    leaveBehind(end);
    if (end.code === bannedCode) throw clientError('BANNED');
    return door.enter(backoffMs(backoff, 0), claimOn(here.room, end));
  }

  /** Takes a seat elsewhere while this one, whose process is about to end, still works. */
  async function moveFrom(here: Seat): Promise<Seat> {
    const said = await here.draining;
    const withinMs = Number(field(said, 'withinMs') ?? moveWithinMs);
    const ticket = field(said, 'ticket');
    void here.ended.then((end) => {
      if (seat === here) leaveBehind(end);
    });
    const seatHere = typeof ticket === 'string' ? ticket : undefined;
    return door.enter(Math.random() * withinMs, undefined, seatHere);
  }

  function leaveBehind(end: SeatEnd): void {
    if (isClosed()) return;
    seat = undefined;
    requests.detach();
    become('recovering');
    events.emit('offline', end);
  }

  function checkLife(answerMs: number): void {
    const here = seat;
    if (here === undefined || checking) return;
    checking = true;
    void here.answers(answerMs).then((alive) => {
      checking = false;
      if (!alive) here.drop();
    });
  }

  const stopWatching = watchWakefulness({
    onTick() {
      clock.tick();
      if (seat !== undefined && performance.now() - seat.heardAt() > quietMs) checkLife(quietMs);
    },
    onWake() {
      woken.resolve();
      woken = Promise.withResolvers();
      checkLife(wakeAnswerMs);
    },
    onClockJump: () => clock.distrust(),
  });

  function finish(why: LiveError): void {
    if (isClosed()) return;
    become('closed');
    stopWatching();
    closing.resolve();
    feed.stop();
    requests.close();
    ready.reject(why);
    void seat?.leave();
  }

  stayInside().catch((error: unknown) => {
    if (isClosed()) return;
    const why = error instanceof LiveError ? error : clientError('CLOSED');
    events.emit('refused', why);
    finish(why);
    // A defect is no refusal; whoever runs this should hear of it.
    if (!(error instanceof LiveError)) throw error;
  });

  return {
    on: events.on,
    get status() {
      return status;
    },
    get room() {
      return room;
    },
    get lastSeq() {
      return feed.lastSeq;
    },
    ready: ready.promise,
    clock: clock.reading,
    serverNow: () => clock.now(),
    request: (type, payload, asking) => requests.ask(type, payload, asking),
    async chat(text, { id = newClientId(), kind, ...asking } = {}) {
      const payload = { id, text, ...(kind === undefined ? {} : { kind }) };
      const answer = await requests.ask('chat', payload, asking);
      own.said(answer);
      held.answered(payload, answer);
      const waits = field(answer, 'held') === true;
      return { held: waits, seq: waits ? undefined : Number(field(answer, 'seq')) };
    },
    async order(lines, { id = newClientId(), ...asking } = {}) {
      const answer = await requests.ask('order', { id, lines }, asking);
      return {
        orderId: String(field(answer, 'orderId')),
        number: String(field(answer, 'number')),
        amount: Number(field(answer, 'amount')),
        paymentDeadline: Number(field(answer, 'paymentDeadline')),
      };
    },
    async close() {
      finish(clientError('CLOSED'));
      await seat?.leave();
    },
  };
}

/** The seat to come back to, while it is kept. */
function claimOn(room: LiveRoom, { code }: SeatEnd): Kept | undefined {
  return seatIsKept(code) ? { room, untilMs: Date.now() + seatKeptMs } : undefined;
}

/** An id for a request, of this client's own: 24 hexadecimal digits. */
export function newClientId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
