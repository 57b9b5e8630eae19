import {
  ChannelCredentials,
  type Client,
  ClientError,
  type ClientMiddleware,
  createChannel,
  createClientFactory,
  Metadata,
  Status,
} from 'nice-grpc';
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline';
import { errorDetailsClientMiddleware, RichClientError } from 'nice-grpc-error-details';
import { CallsServiceDefinition } from '../../proto/gen/onair/calls/v1/calls.ts';
import { type Actor, encodeActor } from '../auth/actor.ts';
import { DomainError, type ErrorCode, isErrorCode } from '../errors/index.ts';
import { bindTogether } from './bind-together.ts';
import { createCallsTogether } from './calls-together.ts';
import { defaultDeadlineMs, metadataKeys } from './metadata.ts';
import { type Domain, type Services, services } from './services.ts';

/** On whose behalf a call is made, and by which request. */
export interface Caller {
  readonly actor: Actor;
  readonly requestId?: string | undefined;
}

/** What every call takes beside its request. */
export interface CallExt {
  /** Milliseconds until the call is given up; 5,000 unless told. */
  readonly deadline?: number | Date;
}

/** A typed client for each domain. Refusals arrive as DomainError with the service's own code. */
export type Clients = { readonly [D in Domain]: Client<Services[D], CallExt> };

/** Clients and the connection under them. */
export interface ClientPool {
  /** Clients that act for one caller. Cheap: make one for each request. */
  as(caller: Caller): Clients;
  close(): void;
}

const statusToCode: Partial<Record<Status, ErrorCode>> = {
  [Status.UNAVAILABLE]: 'UNAVAILABLE',
  // By the service, which ends before its answer.
  [Status.CANCELLED]: 'UNAVAILABLE',
  [Status.DEADLINE_EXCEEDED]: 'DEADLINE_EXCEEDED',
  [Status.INVALID_ARGUMENT]: 'INVALID_ARGUMENT',
  [Status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
  [Status.PERMISSION_DENIED]: 'PERMISSION_DENIED',
  [Status.NOT_FOUND]: 'NOT_FOUND',
  [Status.RESOURCE_EXHAUSTED]: 'OVERLOADED',
};

/** Turns what a call failed with into the error the service meant. */
function toDomainError(error: ClientError): DomainError {
  const info =
    error instanceof RichClientError
      ? error.extra.find((detail) => detail.$type === 'google.rpc.ErrorInfo')
      : undefined;
  if (info !== undefined && isErrorCode(info.reason)) {
    return new DomainError(info.reason, error.details, info.metadata);
  }
  return new DomainError(
    transportCode(error) ?? statusToCode[error.code] ?? 'INTERNAL',
    error.details,
  );
}

/** What the transport itself says by the status of something else. */
function transportCode({ code, details }: ClientError): ErrorCode | undefined {
  // It refuses what is too large as an overload.
  if (code === Status.RESOURCE_EXHAUSTED && /larger than max/.test(details)) {
    return 'PAYLOAD_TOO_LARGE';
  }
  // A call whose stream ends without a status, as that of a process that dies may, is a defect to
  // it. Nobody knows what became of it.
  return code === Status.INTERNAL && /^Received RST_STREAM/.test(details)
    ? 'UNAVAILABLE'
    : undefined;
}

const refusals: ClientMiddleware = async function* (call, options) {
  try {
    return yield* call.next(call.request, options);
  } catch (error) {
    throw error instanceof ClientError ? toDomainError(error) : error;
  }
};

export interface ClientPoolOptions {
  /**
   * Whether unary calls travel on streams, those of one moment as one message: for a process that
   * makes many of them for many people. Each means and is answered what it would be alone.
   */
  readonly together?: boolean;
}

/**
 * Clients of the services at `address` (`host:port`). `secret` is the service credential that goes
 * with each call.
 */
export function createClientPool(
  address: string,
  secret: string,
  { together = false }: ClientPoolOptions = {},
): ClientPool {
  const channel = createChannel(address, ChannelCredentials.createInsecure(), {
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    // A service that comes back is found within seconds; the library's default is two minutes.
    'grpc.max_reconnect_backoff_ms': 2_000,
    // And one that comes back under another address, as a container does; the default is 30 s.
    'grpc.dns_min_time_between_resolutions_ms': 2_000,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  });

  // What is used last is outermost: refusals are made of the details found within.
  const factory = createClientFactory()
    .use(deadlineMiddleware)
    .use(errorDetailsClientMiddleware)
    .use(refusals);

  const shared = Object.fromEntries(
    Object.entries(services).map(([domain, definition]) => [
      domain,
      factory.create(definition, channel),
    ]),
  );

  if (!together) {
    return { as: (caller) => bind(shared, caller, secret), close: () => channel.close() };
  }
  const metadata = Metadata({ [metadataKeys.authorization]: `Bearer ${secret}` });
  const { callTogether } = factory.create(CallsServiceDefinition, channel);
  const calls = createCallsTogether({
    open: (requests, options) => callTogether(requests, { metadata, ...options }),
  });
  return {
    as: (caller) => bindTogether(calls, caller, () => bind(shared, caller, secret)),
    close() {
      calls.close();
      channel.close();
    },
  };
}

type AnyCall = (request: unknown, options?: Record<string, unknown>) => Promise<unknown>;

/** The same clients with the caller's metadata and a deadline on every call. */
function bind(shared: Readonly<Record<string, object>>, caller: Caller, secret: string): Clients {
  const metadata = Metadata({
    [metadataKeys.authorization]: `Bearer ${secret}`,
    [metadataKeys.actor]: encodeActor(caller.actor),
    ...(caller.requestId === undefined ? {} : { [metadataKeys.requestId]: caller.requestId }),
  });
  const bound: Record<string, object> = {};
  for (const [domain, client] of Object.entries(shared)) {
    bound[domain] = new Proxy(client, {
      get(target, method) {
        const call: unknown = Reflect.get(target, method);
        if (typeof call !== 'function') return call;
        return (request: unknown, options?: Record<string, unknown>) =>
          (call as AnyCall)(request, { deadline: defaultDeadlineMs, metadata, ...options });
      },
    });
  }
  return bound as Clients;
}
