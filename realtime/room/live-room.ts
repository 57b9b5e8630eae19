import { type Client, CloseCode, Room, type RoomException, ServerError } from '@colyseus/core';
import type { Clock } from '../../common/clock.ts';
import type { Coalescer } from '../../common/coalesce.ts';
import { DomainError, type RoomError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import type { ChatNews, Pulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { Order } from '../../proto/gen/onair/orders/v1/orders.ts';
import { joinOptions } from '../admission/admission.ts';
import { toServerError } from '../admission/server-error.ts';
import type { AttendanceDesk } from '../attendance/attendance-desk.ts';
import { createRoomPeople, type RoomPeople } from '../attendance/room-people.ts';
import type { Audience } from '../batches/audience.ts';
import type { ChatPost, Posted } from '../batches/chat-batch.ts';
import type { OrderPlacement } from '../batches/order-batch.ts';
import { createKeepers, type KeeperMessages, type Keepers } from '../keepers/keepers.ts';
import { createAnswer } from '../requests/answer.ts';
import { parse } from '../requests/parse.ts';
import { createRequestHandlers } from '../requests/request-handlers.ts';
import { createLiveState, type LiveState } from '../state/live-state.ts';
import { createLiveSync, type LiveSync } from '../sync/live-sync.ts';
import type { FanOut } from '../transport/fan-out.ts';
import type { Viewer } from '../viewer.ts';
import { expectAcknowledgement } from './acknowledgement.ts';
import { limitFrames } from './frame-limit.ts';
import { FrameSerializer } from './frame-serializer.ts';
import { mayReturn, returnSeconds } from './may-return.ts';
import { answerUnknown, type MessageHandler } from './unknown-messages.ts';

/** What the rooms of a process share. */
export interface LiveRoomDeps {
  /** Viewers of one room; the next one opens another room of the same broadcast. */
  readonly capacity: number;
  /** Milliseconds between two patches. */
  readonly patchMs: number;
  /** Chat messages of people that are shown in a second; 0 for all. */
  readonly shownPerSecond: number;
  /** Messages that a viewer may send in a second before the room closes the connection. */
  readonly messagesPerSecond: number;
  /** Where frames for everyone in a room go; undefined to send to one client after the other. */
  readonly openFanOut: () => FanOut | undefined;
  /** Clients that act for the realtime process itself. */
  readonly services: Clients;
  readonly posts: Coalescer<ChatPost, Posted>;
  readonly orders: Coalescer<OrderPlacement, Order>;
  readonly audience: Audience;
  readonly desk: AttendanceDesk;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly log: Logger;
  /** Counts a client's connection. @throws DomainError RATE_LIMITED for one that is too many */
  readonly seated: (client: Client, viewer: Viewer) => void;
  /** Whether the process is about to end and takes nothing new. */
  readonly draining: () => boolean;
  /** Whether the process answers nobody any more. */
  readonly closed: () => boolean;
}

/** What a room sends beside its state and its answers. */
interface ServerMessages extends KeeperMessages {
  /** The process is ending: close code 4001 follows; join again, with the ticket if there is one. */
  draining: { readonly ticket?: string };
  /** Why a message that asked for no answer was refused. */
  refused: { readonly type: string; readonly error: RoomError };
}

type LiveClient = Client<{ auth: Viewer; messages: ServerMessages }>;

/** One room (shard) of a broadcast. It decides nothing: it shows what the services say. */
export class LiveRoom extends Room<{ state: LiveState; client: LiveClient }> {
  readonly #deps: LiveRoomDeps;
  #log: Logger;
  #sync: LiveSync | undefined;
  #people: RoomPeople | undefined;
  #keepers: Keepers | undefined;
  /** The viewer whose old connection is being closed because a new one takes its place. */
  #returning: string | undefined;
  /** Called after the next patch. */
  #afterPatch: (() => void)[] = [];

  constructor(deps: LiveRoomDeps) {
    super();
    this.#deps = deps;
    this.#log = deps.log;
    this.maxClients = deps.capacity;
    this.patchRate = deps.patchMs;
    this.maxMessagesPerSecond = deps.messagesPerSecond;
    this.state = createLiveState();
  }

  override setSerializer(): void {
    super.setSerializer(new FrameSerializer(this.#deps.openFanOut()));
  }

  override async onCreate(options: unknown): Promise<void> {
    try {
      if (this.#deps.draining()) throw new DomainError('UNAVAILABLE', 'this process is ending');
      const { broadcastId } = parse(joinOptions, options);
      this.#log = this.#deps.log.child({ broadcastId, roomId: this.roomId });
      await this.#open(broadcastId);
    } catch (error) {
      throw toServerError(error);
    }
  }

  async #open(broadcastId: string): Promise<void> {
    const { services, pulse, clock, shownPerSecond } = this.#deps;
    const log = this.#log;
    const sync = createLiveSync({
      ...{ broadcastId, state: this.state, shownPerSecond, services, pulse, clock, log },
    });
    this.#sync = sync;
    this.#answerRequests(broadcastId, sync);
    await sync.start();
    const keepers = createKeepers({ broadcastId, services, pulse, log });
    this.#keepers = keepers;
    this.#people = createRoomPeople({
      ...{ broadcastId, roomId: this.roomId, desk: this.#deps.desk, services, pulse, log },
      clients: () => this.clients,
      onRole: keepers.change,
      show: ({ viewers, peak }) =>
        sync.later(() => this.state.viewers.assign({ now: viewers, peak })),
    });
    log.info('room opened');
  }

  #answerRequests(broadcastId: string, sync: LiveSync): void {
    const { posts, orders, audience, clock, closed } = this.#deps;
    const isLive = () => this.state.status === 'live';
    const hostId = () => this.state.sellerId;
    const onPosted = (message: ChatNews) => {
      sync.offerMessages([message]);
      return new Promise<void>((resolve) => this.#afterPatch.push(resolve));
    };
    const handlers = createRequestHandlers({
      ...{ broadcastId, hostId, isLive, posts, orders, audience, clock, onPosted },
    });
    const answer = createAnswer({ handlers, closed, log: this.#log });
    answerUnknown(this, (type): MessageHandler<LiveClient> => {
      return (client, message, context) => {
        const viewer = client.auth ?? { kind: 'guest' };
        const onRefused = (error: RoomError) => client.send('refused', { type, error });
        return answer({ type, viewer, message, context, onRefused });
      };
    });
  }

  override onBeforePatch(): void {
    this.#sync?.tick();
  }

  override broadcastPatch(): boolean {
    try {
      return super.broadcastPatch();
    } finally {
      this.#goOn();
    }
  }

  #goOn(): void {
    for (const goOn of this.#afterPatch.splice(0)) goOn();
  }

  override onJoin(client: LiveClient): void {
    this.#people?.enter(client);
    this.#seat(client);
    this.#keepers?.enter(client);
    limitFrames(client);
    expectAcknowledgement(client);
  }

  override onReconnect(client: LiveClient): void {
    this.#seat(client);
    this.#keepers?.enter(client);
    this.#people?.comeBack(client);
    limitFrames(client);
    expectAcknowledgement(client);
  }

  #seat(client: LiveClient): void {
    try {
      this.#deps.seated(client, client.auth ?? { kind: 'guest' });
    } catch (error) {
      throw toServerError(error);
    }
  }

  override onDrop(client: LiveClient, closeCode?: number): void {
    this.#keepers?.leave(client);
    if (!mayReturn(closeCode) && client.reconnectionToken !== this.#returning) return;
    // Rejects when the time is up or the room closes first: then there is nothing left to do.
    const kept = this.allowReconnection(client, returnSeconds);
    kept.catch(() => undefined);
    this.#people?.drop(client, kept);
  }

  override onLeave(client: LiveClient): void {
    this.#keepers?.leave(client);
    this.#people?.leave(client);
  }

  /** Called when a viewer comes back; closes a former connection that still looks alive. */
  override checkReconnectionToken(reconnectionToken: string): string {
    this.#returning = reconnectionToken;
    try {
      return super.checkReconnectionToken(reconnectionToken);
    } finally {
      this.#returning = undefined;
    }
  }

  /**
   * Tells viewers that the process is ending; they are served until they go or are closed. Where
   * seats are limited, guests are told by what ticket they keep theirs.
   */
  async tell(clients: readonly LiveClient[]): Promise<void> {
    const tickets = await this.#people?.carry(clients);
    for (const client of clients) {
      const ticket = tickets?.get(client);
      client.send('draining', ticket === undefined ? {} : { ticket });
    }
  }

  /** Closes the connection of a viewer who was told to go and has not gone. */
  close(client: LiveClient): void {
    client.leave(CloseCode.SERVER_SHUTDOWN);
  }

  override onDispose(): void {
    this.#people?.close();
    this.#keepers?.close();
    this.#sync?.stop();
    // No patch comes any more.
    this.#goOn();
    this.#log.info('room closed');
  }

  override onUncaughtException(error: RoomException, method: string): void {
    // A refusal to open is the answer to a client and no fault of the room.
    if (error.cause instanceof ServerError && error.cause.message !== 'INTERNAL') return;
    this.#log.error({ err: error, method }, 'room failed');
  }
}
