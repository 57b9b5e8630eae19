import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Actor } from '../common/auth/index.ts';
import type { Clients } from '../common/rpc/clients.ts';
import type { Endpoint, Endpoints } from './spec/endpoint.ts';

/** What a handler has beside its request. */
export interface Context {
  /** Who asks; one whom the permission table lets ask this. */
  readonly actor: Actor;
  /** The services, called on behalf of the actor. */
  readonly clients: Clients;
  /** From where the request came. */
  readonly client: { readonly address: string; readonly userAgent: string };
  /** The Idempotency-Key, or a new one where the client sent none. Goes on as `requestId`. */
  readonly idempotencyKey: string;
  /** Sets a header of the answer; a `cache-control` of the handler's goes before the endpoint's. */
  setHeader(name: Lowercase<string>, value: string): void;
}

/** The parts of a request, parsed by the endpoint's schemas. Parts without a schema are undefined. */
interface RequestOf<E extends Endpoint> {
  readonly params: E extends { params: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly query: E extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly body: E extends { body: infer S extends z.ZodType } ? z.output<S> : undefined;
}

/** What a handler of the endpoint answers, before it is encoded. */
type AnswerOf<E extends Endpoint> = E['success'] extends { body: infer S extends z.ZodType }
  ? z.output<S>
  : E['success'] extends { media: string }
    ? Readable
    : undefined;

/**
 * A handler of the endpoint. Written as a method type, so that a table of handlers of different
 * endpoints can be walked as one of {@link AnyHandler}.
 */
type Handler<E extends Endpoint> = {
  handle(request: RequestOf<E>, context: Context): Promise<AnswerOf<E>>;
}['handle'];

/** A handler whose endpoint isn't known to the type system; its request was parsed by the schemas. */
export type AnyHandler = (
  request: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
  context: Context,
) => Promise<unknown>;

/** A handler for every endpoint of a group. */
export type Handlers<Group extends Endpoints> = {
  readonly [OperationId in keyof Group]: Handler<Group[OperationId]>;
};

/** Endpoints with their handlers. */
export type Routes = readonly {
  readonly operationId: string;
  readonly endpoint: Endpoint;
  readonly handler: AnyHandler;
}[];

/** Joins endpoints with their handlers; a missing handler, or one that answers amiss, won't compile. */
export function routes<Group extends Endpoints>(group: Group, handlers: Handlers<Group>): Routes;
export function routes(group: Endpoints, handlers: Readonly<Record<string, AnyHandler>>): Routes {
  return Object.entries(group).map(([operationId, endpoint]) => {
    const handler = handlers[operationId];
    if (handler === undefined) throw new Error(`${operationId} has no handler`);
    return { operationId, endpoint, handler };
  });
}
