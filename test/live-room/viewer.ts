import { Client, type Room } from '@colyseus/sdk';
import type { LiveState } from '../../realtime/state/live-state.ts';
import { until } from '../kit/until.ts';
import type { Person } from '../rest-shop.ts';

type LiveRoom = Room<unknown, LiveState>;

/** A message as a viewer reads it. */
export interface Line {
  readonly seq: number;
  readonly kind: string;
  readonly userId: string;
  readonly name: string;
  readonly text: string;
}

/** Someone who watches a broadcast through the client that browsers use. */
export interface Viewer {
  readonly room: LiveRoom;
  /** Every message shown so far, in the order shown. */
  readonly lines: readonly Line[];
  /** Numbers that the state no longer held when the viewer came to read them. */
  readonly missed: readonly number[];
  /** What the room sent beside its state, by type. */
  readonly messages: readonly { readonly type: string; readonly body: unknown }[];
  /** The close code that ended it, or undefined. */
  closeCode(): number | undefined;
  ask(type: string, message?: unknown): Promise<unknown>;
  /** The RoomError that a request is refused with. */
  refusal(type: string, message?: unknown): Promise<unknown>;
  /** Breaks the connection without a word to the room. */
  drop(): void;
  leave(): Promise<void>;
}

/**
 * Joins without reconnecting by itself, so that tests say when. Reads on where `before` stopped, or
 * from the oldest message that the room holds.
 */
export async function watch(
  url: string,
  broadcastId: string,
  person?: Person,
  before?: Viewer,
): Promise<Viewer> {
  const client = clientOf(url, person);
  const room: LiveRoom = await client.joinOrCreate('live', { broadcastId });
  return view(room, before);
}

/** Comes back to the seat of a viewer whose connection broke, or broke unnoticed. */
export async function comeBack(url: string, viewer: Viewer, person?: Person): Promise<Viewer> {
  const room: LiveRoom = await clientOf(url, person).reconnect(viewer.room.reconnectionToken);
  return view(room, viewer);
}

/** How a join is refused: the number and the code. */
export async function joinRefusal(joining: Promise<unknown>): Promise<unknown> {
  try {
    await joining;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [error.code, error.message];
    throw error;
  }
  throw new Error('the join was not refused');
}

/** The client of a person, or of a guest. */
export function clientOf(url: string, person?: Pick<Person, 'accessToken'>): Client {
  const client = new Client(url);
  if (person !== undefined) client.auth.token = person.accessToken;
  return client;
}

async function view(room: LiveRoom, before?: Viewer): Promise<Viewer> {
  room.reconnection.enabled = false;
  const lines: Line[] = [...(before?.lines ?? [])];
  const missed: number[] = [...(before?.missed ?? [])];
  const messages: { type: string; body: unknown }[] = [];
  let lastSeq = lines.at(-1)?.seq;
  let closeCode: number | undefined;

  room.onStateChange((state) => {
    const size = state.messages.length;
    // What the room did not read it has no slot for, and older slots may lie before that.
    const read = Math.max(lastSeq ?? 0, state.completeFrom - 1);
    const fresh: Line[] = [];
    for (let back = 0; back < size; back += 1) {
      const slot = state.messages.at((state.newest - back + size) % size);
      if (slot === undefined || slot.seq <= read) break;
      const { userId, name } = state.senders.at(slot.from) ?? { userId: '?', name: '?' };
      const { seq, kind, text } = slot;
      fresh.unshift({ seq, kind, userId, name, text });
    }
    // All of the ring is new: what came before it may have been overwritten unread.
    const oldest = fresh.length < size ? read + 1 : (fresh[0]?.seq ?? 0);
    const after = lastSeq ?? oldest;
    for (let seq = after + 1; seq < oldest; seq += 1) missed.push(seq);
    lines.push(...fresh);
    lastSeq = state.lastSeq;
  });
  room.onMessage('*', (type: string | number, body: unknown) => {
    messages.push({ type: String(type), body });
  });
  room.onLeave((code) => {
    closeCode = code;
  });
  room.onError(() => undefined);
  await until('the room shows its state', () => (room.state?.id ?? '') !== '');
  return {
    room,
    lines,
    missed,
    messages,
    closeCode: () => closeCode,
    ask: (type, message) => answerOf(room.request<unknown, unknown>(type, message)),
    refusal: async (type, message) => reasonOf(room.request<unknown, unknown>(type, message)),
    drop: () => room.connection.close(),
    leave: async () => {
      await room.leave();
    },
  };
}

/** The answer to a request, or an error that says why it was refused. */
async function answerOf(asking: Promise<unknown>): Promise<unknown> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof Error && 'reason' in error)) throw error;
    throw new Error(`refused: ${JSON.stringify(error.reason)}`, { cause: error });
  }
}

async function reasonOf(asking: Promise<unknown>): Promise<unknown> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof Error && 'reason' in error) return error.reason;
    throw error;
  }
  throw new Error('the request was not refused');
}
