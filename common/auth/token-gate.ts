import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { Pulse, SessionNews } from '../pulse/index.ts';
import type { Clients } from '../rpc/clients.ts';
import { createTokenVerifier, type TokenVerifier } from './access-token.ts';

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Milliseconds between two questions for what pulse failed to tell. */
const pollMs = 5_000;

/** Checks access tokens by the keys and the ended sessions that the services know of. */
export interface TokenGate extends TokenVerifier {
  /** Whether the session is known to have ended. */
  isOver(sessionId: string): boolean;
  /** Calls back for each session that ends from now on, once. */
  onOver(handler: (sessionId: string) => void): () => void;
  stop(): void;
}

export interface TokenGateDeps {
  readonly sessions: Pick<Clients['sessions'], 'getSigningKeys' | 'listEndedSessions'>;
  readonly pulse: Pulse;
  readonly log: Logger;
}

/**
 * Learns of ended sessions by pulse at once, and of those that pulse lost, and of new keys, by
 * asking every five seconds. Nothing is let in before the first answer; after it, while nobody
 * answers, what is known goes on to hold. A session is forgotten when its access tokens are over.
 */
export function createTokenGate({ sessions, pulse, log }: TokenGateDeps): TokenGate {
  const over = new Map<string, number>();
  const handlers = new Set<(sessionId: string) => void>();
  let since: Date | undefined;
  let asking: Promise<void> | undefined;
  const verifier = createTokenVerifier(async () =>
    readKeys((await sessions.getSigningKeys({})).jwksJson),
  );

  function learn({ ended }: SessionNews): void {
    for (const { sessionId, until } of ended) {
      if (over.has(sessionId)) continue;
      over.set(sessionId, until);
      for (const handler of handlers) handler(sessionId);
    }
  }

  async function ask(): Promise<void> {
    const answer = await sessions.listEndedSessions({ since });
    since = answer.nextSince;
    verifier.learnKeys(readKeys(answer.jwksJson));
    learn({
      ended: answer.sessions.map((one) => ({
        sessionId: one.sessionId,
        until: one.until?.getTime() ?? 0,
      })),
    });
    const now = Date.now();
    for (const [sessionId, until] of over) if (until < now) over.delete(sessionId);
  }

  /** One question at a time, shared by all who wait. */
  function askOnce(): Promise<void> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const unsubscribe = pulse.onSessions(learn);
  const poll = () => askOnce().catch((error: unknown) => log.warn({ err: error }, 'no token news'));
  void poll();
  const timer = setInterval(poll, pollMs);
  timer.unref();

  return {
    async verify(token) {
      if (since === undefined) await askOnce();
      return verifier.verify(token, (sessionId) => over.has(sessionId));
    },
    isOver: (sessionId) => over.has(sessionId),
    onOver(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    stop() {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

function readKeys(jwksJson: string) {
  return keySet.parse(JSON.parse(jwksJson));
}
