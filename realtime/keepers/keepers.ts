import type { Logger } from '../../common/logger.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { createRerun } from '../sync/rerun.ts';
import type { UserRole, Viewer } from '../viewer.ts';

/** Milliseconds from one question for the count to the next, at least. */
const askEveryMs = 1_000;
/** Milliseconds between two that make up for news that was lost. */
const refreshEveryMs = 5_000;

/** What a room sends to those who keep order in it, and to whoever becomes or ceases to be one. */
export interface KeeperMessages {
  /** What they are in the broadcast. */
  role: { readonly role: UserRole };
  /** How many messages wait for approval. */
  held: { readonly waiting: number };
}

/** A connection that can be told. */
export interface Listener {
  readonly auth?: Viewer;
  send(type: 'role', body: KeeperMessages['role']): void;
  send(type: 'held', body: KeeperMessages['held']): void;
}

export interface KeepersDeps {
  readonly broadcastId: string;
  readonly services: { readonly chat: Pick<Clients['chat'], 'countHeldMessages'> };
  readonly pulse: Pulse;
  readonly log: Logger;
}

/** Those in a room who keep order in its broadcast: the host and the moderators. */
export interface Keepers {
  /** A connection began, or came back. For a plain viewer nothing happens. */
  enter(client: Listener): void;
  /** What a person is has changed. */
  change(client: Listener, role: UserRole): void;
  leave(client: Listener): void;
  close(): void;
}

/**
 * Tells them what they are and how many messages wait for approval: at once when they come, and
 * again when it has changed, which the services are asked at most once a second, and only while one
 * of them is inside. News only makes it sooner: it is asked every few seconds anyway.
 */
export function createKeepers({ broadcastId, services, pulse, log }: KeepersDeps): Keepers {
  /** What each was told last; undefined until they are told. */
  const inside = new Map<Listener, number | undefined>();
  let asking: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Timeout | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  const count = createRerun(async () => {
    const { waiting } = await services.chat.countHeldMessages({ broadcastId });
    for (const [client, told] of inside) {
      if (told === waiting) continue;
      inside.set(client, waiting);
      client.send('held', { waiting });
    }
  });

  function ask(): void {
    if (inside.size === 0 || asking !== undefined) return;
    const dueInMs = Math.max(0, askedAt + askEveryMs - performance.now());
    asking = setTimeout(() => {
      asking = undefined;
      askedAt = performance.now();
      count().catch((error: unknown) => log.warn({ err: error }, 'held messages not counted'));
    }, dueInMs);
  }

  function add(client: Listener): void {
    inside.set(client, undefined);
    refreshing ??= setInterval(ask, refreshEveryMs);
    ask();
  }

  function remove(client: Listener): void {
    if (inside.delete(client) && inside.size === 0) rest();
  }

  function rest(): void {
    clearTimeout(asking);
    clearInterval(refreshing);
    asking = undefined;
    refreshing = undefined;
  }

  const stopNews = pulse.onBroadcast(broadcastId, (news) => {
    if (news.type === 'held') ask();
  });

  return {
    enter(client) {
      const { auth } = client;
      if (auth?.kind !== 'user' || auth.role === 'viewer') return;
      client.send('role', { role: auth.role });
      add(client);
    },
    change(client, role) {
      client.send('role', { role });
      if (role === 'viewer') remove(client);
      else add(client);
    },
    leave: remove,
    close() {
      stopNews();
      inside.clear();
      rest();
    },
  };
}
