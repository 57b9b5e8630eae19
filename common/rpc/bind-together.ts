import { encodeActor } from '../auth/actor.ts';
import type { CallsTogether } from './calls-together.ts';
import type { CallExt, Caller, Clients } from './clients.ts';
import { defaultDeadlineMs } from './metadata.ts';
import { services } from './services.ts';

type Call = (request: unknown, options?: CallExt) => Promise<unknown>;

/** Makes a method's call for a caller. */
type Bind = (calls: CallsTogether, caller: Bound) => Call;

interface Bound {
  readonly actor: string;
  readonly requestId: string;
}

/** Unary methods by domain and name. */
const bindsByDomain = new Map(
  Object.entries(services).map(([domain, definition]) => [domain, bindsOf(definition)]),
);

/**
 * The clients of a caller, their unary calls made together with others'. What streams goes to the
 * clients that `alone` makes.
 */
export function bindTogether(
  calls: CallsTogether,
  { actor, requestId = '' }: Caller,
  alone: () => Clients,
): Clients {
  const bound: Bound = { actor: encodeActor(actor), requestId };
  const ofDomain = (domain: string, binds: Map<string, Bind>) =>
    new Proxy(binds, {
      get(_, method) {
        const bind = typeof method === 'string' ? binds.get(method) : undefined;
        return bind?.(calls, bound) ?? Reflect.get(Reflect.get(alone(), domain), method);
      },
    });
  // Made when they are looked at: a request mostly needs one of them.
  return new Proxy({} as Clients, {
    get(_, domain) {
      const binds = typeof domain === 'string' ? bindsByDomain.get(domain) : undefined;
      return binds === undefined ? undefined : ofDomain(String(domain), binds);
    },
  });
}

/** The unary methods of a service. */
function bindsOf({ fullName, methods }: (typeof services)[keyof typeof services]) {
  const binds = new Map<string, Bind>();
  for (const [key, method] of Object.entries(methods)) {
    const { name, requestType, responseType, requestStream, responseStream } = method;
    if (requestStream || responseStream) continue;
    const path = `/${fullName}/${name}`;
    binds.set(key, (calls, bound) => async (request, { deadline = defaultDeadlineMs } = {}) => {
      const bytes = requestType.encode(requestType.fromPartial(request)).finish();
      const deadlineMs = typeof deadline === 'number' ? deadline : +deadline - Date.now();
      return responseType.decode(await calls.call({ ...bound, path, request: bytes, deadlineMs }));
    });
  }
  return binds;
}
