import type { Transport } from '@colyseus/core';
import type { Config } from '../../common/config.ts';
import type { Logger } from '../../common/logger.ts';
import type { Doorman } from './doorman.ts';
import type { FanOut } from './fan-out.ts';
import { loadUws } from './load-uws.ts';
import { WsTransport } from './ws-transport.ts';

/** A transport of the framework that says where it listens. */
export type RealtimeTransport = Transport & {
  readonly port: number;
  /** A new fan-out; not there where the transport can only send to one client after the other. */
  openFanOut?(): FanOut;
};

type Settings = Pick<Config, 'REALTIME_TRANSPORT' | 'ONAIR_ENV' | 'ROOM_MESSAGES_PER_SECOND'>;

/**
 * The transport that REALTIME_TRANSPORT asks for. `auto` takes uWebSockets.js where its addon loads
 * and ws elsewhere; the log says which and why.
 * @throws Error when uWebSockets.js is asked for and its addon can't load
 */
export async function openTransport(
  { REALTIME_TRANSPORT: wanted, ONAIR_ENV, ROOM_MESSAGES_PER_SECOND: messagesPerSecond }: Settings,
  doorman: Doorman,
  log: Logger,
): Promise<RealtimeTransport> {
  const onDropped = () => log.warn('a viewer too slow for the stream was cut off');
  const openWs = () => new WsTransport({ doorman, messagesPerSecond, onDropped });
  if (wanted === 'ws') {
    log.info('realtime transport: ws, as REALTIME_TRANSPORT asks');
    return openWs();
  }
  try {
    const Uws = await loadUws();
    log.info(`realtime transport: uWebSockets.js, ${why(wanted)}`);
    return new Uws({ doorman, onDropped });
  } catch (error) {
    const reason = reasonOf(error);
    if (wanted === 'uws') {
      throw new Error(`REALTIME_TRANSPORT is uws, but its addon can't load: ${reason}`, {
        cause: error,
      });
    }
    // Expected on a developer's machine; in production it takes more processors for each viewer.
    const level = ONAIR_ENV === 'production' ? 'warn' : 'info';
    log[level](`realtime transport: ws, because the addon of uWebSockets.js can't load: ${reason}`);
    return openWs();
  }
}

function why(wanted: 'uws' | 'auto'): string {
  return wanted === 'uws' ? 'as REALTIME_TRANSPORT asks' : 'because its addon loads';
}

/** The last line: the addon's own message begins with a list of all systems that it supports. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}
