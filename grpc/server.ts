import { readFileSync } from 'node:fs';
import { createServer, type ServiceImplementation, type TsProtoServiceDefinition } from 'nice-grpc';
import { errorDetailsServerMiddleware } from 'nice-grpc-error-details';
import { HealthDefinition, HealthServiceImpl, HealthState } from 'nice-grpc-server-health';
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection';
import type { Logger } from '../common/logger.ts';
import { services } from '../common/rpc/services.ts';
import { CallsServiceDefinition } from '../proto/gen/onair/calls/v1/calls.ts';
import type { CallExt } from './middleware/call-context.ts';
import { type CheckStanding, createGate, identify } from './middleware/identify.ts';
import { translateErrors } from './middleware/translate-errors.ts';
import { answerTogether } from './rpc/answer-together.ts';
import { createMethods } from './rpc/methods.ts';

/** The gRPC server: its middleware, its health, and its domains. */
export interface RpcServer {
  /** Adds a domain; every call on it is identified and permitted first. */
  add<Service extends TsProtoServiceDefinition>(
    definition: Service,
    implementation: ServiceImplementation<Service, CallExt>,
  ): void;
  readonly health: HealthState;
  /** Starts to listen on `host:port` and answers the port. */
  listen(address: string): Promise<number>;
  /** Takes no new calls, ends streams between two answers, resolves when all under way is done. */
  shutdown(): Promise<void>;
  forceShutdown(): void;
}

/** Largest request, in bytes. The largest honest one is 500 orders of 20 lines. */
const maxRequestBytes = 4 * 1024 * 1024;

/**
 * Milliseconds, give or take a tenth, after which a connection takes no new calls. Its client then
 * looks the services' name up again, which is how a replica that was added gets its share of calls.
 */
const maxConnectionAgeMs = 60_000;

/** A server that only callers with the service credential `secret` can use. */
export function createRpcServer(
  secret: string,
  log: Logger,
  checkStanding?: CheckStanding,
): RpcServer {
  const server = createServer({
    'grpc.max_receive_message_length': maxRequestBytes,
    'grpc.max_connection_age_ms': maxConnectionAgeMs,
  })
    .use(errorDetailsServerMiddleware)
    .use(translateErrors(log));
  const closing = new AbortController();
  const gate = createGate(secret, checkStanding);
  const methods = createMethods();
  const callTogether = answerTogether({ methods, gate, log, closing: closing.signal });
  const health = HealthState();
  // Health and reflection tell nothing secret and are asked by tools without our credential.
  server.add(HealthDefinition, HealthServiceImpl(health));
  server.add(ServerReflectionService, reflection());
  server.add(CallsServiceDefinition, { callTogether });
  return {
    add: (definition, implementation) => {
      methods.add(definition, implementation);
      server.with(identify(gate, log, closing.signal)).add(definition, implementation);
    },
    health,
    listen: (address) => server.listen(address),
    shutdown() {
      closing.abort();
      return server.shutdown();
    },
    forceShutdown: () => server.forceShutdown(),
  };
}

function reflection(): ReturnType<typeof ServerReflection> {
  const descriptors = readFileSync(new URL('../proto/gen/onair.binpb', import.meta.url));
  return ServerReflection(
    descriptors,
    Object.values(services).map((service) => service.fullName),
  );
}
