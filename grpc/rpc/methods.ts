import type { CallContext, TsProtoServiceDefinition } from 'nice-grpc';
import type { RpcName } from '../../common/rpc/services.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { rpcName } from '../middleware/identify.ts';

/** A method with one request and one answer, by the bytes of both. */
export interface Method {
  readonly action: RpcName;
  /** @throws whatever the method throws, and an Error for bytes that are no request of it */
  answer(request: Uint8Array, context: CallContext & CallExt): Promise<Uint8Array>;
}

/** Methods by their paths. */
export interface Methods {
  add(definition: TsProtoServiceDefinition, implementation: object): void;
  /** Undefined for a path that is none of them, or takes or answers a stream. */
  find(path: string): Method | undefined;
}

export function createMethods(): Methods {
  const byPath = new Map<string, Method>();
  return {
    add({ fullName, methods }, implementation) {
      for (const [key, method] of Object.entries(methods)) {
        const { name, requestType, responseType, requestStream, responseStream } = method;
        if (requestStream || responseStream) continue;
        const handler: unknown = Reflect.get(implementation, key);
        if (typeof handler !== 'function') throw new Error(`${fullName} lacks ${key}`);
        const path = `/${fullName}/${name}`;
        byPath.set(path, {
          action: rpcName(path),
          async answer(request, context) {
            const decoded: unknown = requestType.decode(request);
            const answer: unknown = await Reflect.apply(handler, implementation, [
              decoded,
              context,
            ]);
            const complete: unknown = responseType.fromPartial?.(answer) ?? answer;
            return responseType.encode(complete).finish();
          },
        });
      }
    },
    find: (path) => byPath.get(path),
  };
}
