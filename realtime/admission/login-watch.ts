import type { Client } from '@colyseus/core';
import type { TokenGate } from '../../common/auth/index.ts';
import type { Viewer } from '../viewer.ts';

/** Close code of a connection whose login ended; see docs/rooms.md. */
export const loginEndedCode = 4020;

/**
 * Closes connections whose login ended: also those of an account that was suspended, within a
 * second. So chat, votes and questions, which rooms bring on people's behalf, end with the
 * connection and are not looked up again by account; orders, where money is at stake, are.
 */
export interface LoginWatch {
  /** From now on, and at once if it has ended already. */
  watch(client: Client, viewer: Viewer): void;
  stop(): void;
}

/** An end costs as much as the login has connections in this process, however many rooms it has. */
export function createLoginWatch(tokens: Pick<TokenGate, 'isOver' | 'onOver'>): LoginWatch {
  const byLogin = new Map<string, Set<Client>>();

  const stop = tokens.onOver((loginId) => {
    for (const client of byLogin.get(loginId) ?? []) client.leave(loginEndedCode);
  });

  return {
    watch(client, viewer) {
      if (viewer.kind !== 'user') return;
      const { loginId } = viewer;
      if (tokens.isOver(loginId)) {
        client.leave(loginEndedCode);
        return;
      }
      const clients = byLogin.get(loginId) ?? new Set();
      byLogin.set(loginId, clients.add(client));
      client.ref.once('close', () => {
        clients.delete(client);
        if (clients.size === 0 && byLogin.get(loginId) === clients) byLogin.delete(loginId);
      });
    },
    stop,
  };
}
