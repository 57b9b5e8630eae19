import { type Client, Room, type RoomException, ServerError } from '@colyseus/core';
import type { Clock } from '../../common/clock.ts';
import type { Coalescer } from '../../common/coalesce.ts';
import type { RoomError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import type { ChatNews, Pulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { Order } from '../../proto/gen/onair/orders/v1/orders.ts';
import { joinOptions } from '../admission/admission.ts';
import { toServerError } from '../admission/server-error.ts';
import type { ChatPost } from '../batches/chat-batch.ts';
import type { OrderPlacement } from '../batches/order-batch.ts';
import { createAnswer } from '../requests/answer.ts';
import { parse } from '../requests/parse.ts';
import { createPlaceOrder } from '../requests/place-order.ts';
import { createPostChat } from '../requests/post-chat.ts';
import { createReadClock } from '../requests/read-clock.ts';
import { createLiveState, type LiveState } from '../state/live-state.ts';
import { startAttendance } from '../sync/attendance.ts';
import { createLiveSync, type LiveSync } from '../sync/live-sync.ts';
import type { Viewer } from '../viewer.ts';
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
  /** Messages that a viewer may send in a second before the room closes the connection. */
  readonly messagesPerSecond: number;
  /** Clients that act for the realtime process itself. */
  readonly services: Clients;
  readonly posts: Coalescer<ChatPost, ChatNews>;
  readonly orders: Coalescer<OrderPlacement, Order>;
  readonly pulse: Pulse;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the process is about to end and takes nothing new. */
  readonly draining: () => boolean;
}

/** What a room sends beside its state and its answers. */
interface ServerMessages {
  /** The process is ending: close code 4001 follows; join again. */
  draining: Record<string, never>;
  /** Why a message that asked for no answer was refused. */
  refused: { readonly type: string; readonly error: RoomError };
}

type LiveClient = Client<{ auth: Viewer; messages: ServerMessages }>;

/** One room (shard) of a broadcast. It decides nothing: it shows what the services say. */
export class LiveRoom extends Room<{ state: LiveState; client: LiveClient }> {
  readonly #deps: LiveRoomDeps;
  #log: Logger;
  #sync: LiveSync | undefined;
  #stopAttendance: (() => void) | undefined;
  /** The viewer whose old connection is being closed because a new one takes its place. */
  #returning: string | undefined;

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
    super.setSerializer(new FrameSerializer());
  }

  override async onCreate(options: unknown): Promise<void> {
    try {
      const { broadcastId } = parse(joinOptions, options);
      this.#log = this.#deps.log.child({ broadcastId, roomId: this.roomId });
      await this.#open(broadcastId);
    } catch (error) {
      throw toServerError(error);
    }
  }

  async #open(broadcastId: string): Promise<void> {
    const { services, pulse, clock } = this.#deps;
    const log = this.#log;
    const sync = createLiveSync({ broadcastId, state: this.state, services, pulse, clock, log });
    this.#sync = sync;
    this.#answerRequests(broadcastId, sync);
    await sync.start();
    this.#stopAttendance = startAttendance({
      count: () => this.clients.length,
      report: (viewers) =>
        services.broadcasts.reportAttendance({ broadcastId, roomId: this.roomId, viewers }),
      show: ({ viewers, peak }) =>
        sync.later(() => this.state.viewers.assign({ now: viewers, peak })),
      onError: (error) => log.warn({ err: error }, 'attendance was not reported'),
    });
    log.info('room opened');
  }

  #answerRequests(broadcastId: string, sync: LiveSync): void {
    const { posts, orders, clock, draining } = this.#deps;
    const hostId = () => this.state.sellerId;
    const onPosted = (message: ChatNews) => sync.offerMessages([message]);
    const handlers = new Map([
      ['chat', createPostChat({ broadcastId, hostId, posts, onPosted })],
      ['order', createPlaceOrder({ broadcastId, orders })],
      ['clock', createReadClock(clock)],
    ]);
    const answer = createAnswer({ handlers, draining, log: this.#log });
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

  override onJoin(client: LiveClient): void {
    limitFrames(client);
  }

  override onReconnect(client: LiveClient): void {
    limitFrames(client);
  }

  override onDrop(client: LiveClient, closeCode?: number): void {
    if (!mayReturn(closeCode) && client.reconnectionToken !== this.#returning) return;
    // Rejects when the time is up or the room closes first: then there is nothing left to do.
    this.allowReconnection(client, returnSeconds).catch(() => undefined);
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

  /** Takes in nobody else, and tells those who are here that the process is ending. */
  async retire(): Promise<void> {
    this.broadcast('draining', {});
    await this.lock();
  }

  override onDispose(): void {
    this.#stopAttendance?.();
    this.#sync?.stop();
    this.#log.info('room closed');
  }

  override onUncaughtException(error: RoomException, method: string): void {
    // A refusal to open is the answer to a client and no fault of the room.
    if (error.cause instanceof ServerError && error.cause.message !== 'INTERNAL') return;
    this.#log.error({ err: error, method }, 'room failed');
  }
}
