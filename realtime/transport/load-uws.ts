import { registerHooks } from 'node:module';
import type { UwsTransport } from './uws-transport.ts';

const expressAdapter = 'uwebsockets-express';

/**
 * Loads the transport over uWebSockets.js, and with it an addon for this system.
 * @throws Error when the addon can't load, e.g. on a C library older than glibc 2.38
 */
export async function loadUws(): Promise<typeof UwsTransport> {
  // On its own first: while it fails, nothing else has been loaded yet.
  await import('uWebSockets.js');
  // The framework's transport always reaches for an adapter to serve Express with, which we don't,
  // and would end the process with an unhandled rejection where it is not installed.
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === expressAdapter
        ? { url: 'data:text/javascript,', shortCircuit: true }
        : next(specifier, context),
  });
  const { UwsTransport: loaded } = await import('./uws-transport.ts');
  return loaded;
}
