import { z } from 'zod';
import type { ErrorCode } from '../../common/errors/index.ts';
import type { Domain, RpcName } from '../../common/rpc/services.ts';
import type { RouteClass } from '../guards/route-class.ts';

/** Whether an endpoint takes an Idempotency-Key: must, may, or has no use for one. */
type Idempotency = 'required' | 'optional' | 'none';

/** What an endpoint answers when it did what was asked. */
interface Success {
  readonly status: 200 | 201 | 204;
  readonly description: string;
  /** The answer's body; absent for 204 and for a file. */
  readonly body?: z.ZodType;
  /** Media type of the answer where it is a file, which the handler answers as a stream. */
  readonly media?: string;
}

/** An endpoint as data. Its name in {@link Endpoints} is its operationId. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path as OpenAPI writes it, e.g. `/v1/orders/{orderId}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** What the summary doesn't say: rules, units, side effects. */
  readonly description?: string;
  /** The RPC behind it. Whoever may call that may call this; see common/auth/permissions.ts. */
  readonly action: RpcName;
  /**
   * `ignored`: an access token is not looked at, so that one that has expired can't stop a client
   * from renewing it.
   */
  readonly credentials?: 'ignored';
  /** What its requests are counted as, where api/guards/route-class.ts can't tell by itself. */
  readonly routeClass?: RouteClass;
  readonly idempotency: Idempotency;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly success: Success;
  /** Codes of its own that it may refuse with; those that any endpoint may answer are implied. */
  readonly refusals: readonly ErrorCode[];
  /** Seconds that anyone may keep the answer; absent means that nobody may. */
  readonly cacheSeconds?: number;
  /** Whether answers carry an ETag, by which a client asks again without being sent the same. */
  readonly etag?: true;
}

/** The endpoints of a domain by operationId. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** The endpoints of every domain. */
export type Spec = Readonly<Partial<Record<Domain, Endpoints>>>;

/** Checks endpoints while keeping their exact types, from which the handlers' types follow. */
export function endpoints<const Group extends Endpoints>(group: Group): Group {
  return group;
}

/** Names of the parameters in a path, in order. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

/** A client's name for one attempt of its own: 1 to 64 visible characters. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters');
