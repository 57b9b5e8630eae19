import type { Client } from '@colyseus/core';
import { createClientAddress, placeOf } from '../../common/client-address.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import type { Doorman } from '../transport/doorman.ts';
import { refusal } from '../transport/http-edge.ts';
import type { Viewer } from '../viewer.ts';
import { type AttemptLimits, createAttempts } from './attempts.ts';
import { createTally } from './tally.ts';

export interface LimitsOptions extends AttemptLimits {
  /** Addresses of proxies, see createClientAddress. */
  readonly trustedProxies: string;
  /** Connections that one place may have at this process. */
  readonly connectionsPerAddress: number;
  /** Connections that one user may have at this process. */
  readonly connectionsPerUser: number;
  readonly redisUrl: string | undefined;
}

/** What a process bears from one place and from one user. */
export interface Limits extends Doorman {
  /**
   * Counts a user's wish to come in.
   * @throws DomainError RATE_LIMITED with `retryAfterMs`
   */
  mayJoin(userId: string): Promise<void>;
  /**
   * Counts a client's seat as taken, and its user's connection until it ends.
   * @throws DomainError RATE_LIMITED when the user has as many as one may
   */
  seated(client: Client, viewer: Viewer): void;
  close(): void;
}

/** Close code of connections past the limit of their place: try again later (RFC 6455 registry). */
const tryAgainLater = 1013;
/** Milliseconds after which someone with too many connections may try again. */
const crowdedRetryMs = 5_000;

/**
 * Nobody outside comes from this machine's own addresses. Processes that do (benchmarks, health
 * checks, a proxy that was not named) stand for no one viewer, so they have no limits.
 */
const ownMachine = /^(127\.|::1$)/;

/** @throws Error for proxies that are no addresses */
export function createLimits(options: LimitsOptions, log: Logger): Limits {
  const addressOf = createClientAddress(options.trustedProxies);
  const attempts = createAttempts(options, options.redisUrl, log);
  const places = createTally(options.connectionsPerAddress);
  const users = createTally(options.connectionsPerUser);
  const placeByConnection = new WeakMap<object, string>();
  let warned = false;

  /** A header that says nothing, or one that is not believed. */
  function warnOfProxy(peer: string, address: string): void {
    if (address !== addressOf(peer, undefined)) return;
    warned = true;
    log.warn({ peer }, 'X-Forwarded-For from an address that TRUSTED_PROXIES does not name');
  }

  async function mayAsk(address: string, wantsSeat: boolean) {
    if (ownMachine.test(address)) return undefined;
    const place = placeOf(address);
    const waitMs =
      (await attempts.ask(place)) ?? (wantsSeat ? await attempts.reserve(place) : undefined);
    return waitMs === undefined ? undefined : refusal('RATE_LIMITED', waitMs);
  }

  return {
    addressOf(peer, forwardedFor) {
      const address = addressOf(peer, forwardedFor);
      if (forwardedFor !== undefined && !warned) warnOfProxy(peer, address);
      return address;
    },
    mayAsk,
    seatNotGiven(address) {
      if (!ownMachine.test(address)) attempts.unreserve(placeOf(address));
    },
    mayConnect(address, connection) {
      if (ownMachine.test(address)) return () => undefined;
      const place = placeOf(address);
      placeByConnection.set(connection, place);
      return places.take(place);
    },
    refusedClose: tryAgainLater,
    onError: (error) => log.error({ err: error }, 'a request at the door failed'),
    async mayJoin(userId) {
      const waitMs = await attempts.askAs(userId);
      if (waitMs !== undefined) throw rateLimited(waitMs);
    },
    seated(client, viewer) {
      const place = placeByConnection.get(connectionOf(client));
      if (place !== undefined) attempts.unreserve(place);
      if (viewer.kind !== 'user') return;
      const release = users.take(viewer.userId);
      if (release === undefined) throw rateLimited(crowdedRetryMs);
      client.ref.once('close', release);
    },
    close: attempts.close,
  };
}

function rateLimited(retryAfterMs: number): DomainError {
  return new DomainError('RATE_LIMITED', 'too many of one viewer', {
    retryAfterMs: String(retryAfterMs),
  });
}

/** The connection as the transport knows it; over uWebSockets.js a client holds a wrapper of it. */
function connectionOf({ ref }: Client): object {
  const inner: unknown = Reflect.get(ref, 'ws');
  return typeof inner === 'object' && inner !== null ? inner : ref;
}
