import { once } from 'node:events';

/** What a process holds, right after its garbage was collected. */
export interface Holdings {
  /** Bytes of live objects. */
  readonly heapBytes: number;
  /** Event emitters: every socket and connection is one, of the system's, of ws and of ours. */
  readonly emitters: number;
  /** Timers, also those that don't keep the process alive. */
  readonly timers: number;
  /** Timers, sockets and the like that keep the process alive. */
  readonly resources: number;
}

/** A look into a process of ours that runs with `--inspect`, as a debugger takes it. */
export interface Inspector {
  holdings(): Promise<Holdings>;
  close(): void;
}

/** Settings under which a process can be looked into, on a port of its own choice. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

const objectGroup = 'onair';
const holdingsOf = `JSON.stringify({
  heapBytes: process.memoryUsage().heapUsed,
  resources: process.getActiveResourcesInfo().length,
})`;

const emitterPrototype = `process.getBuiltinModule('node:events').EventEmitter.prototype`;
const timerPrototype = `Object.getPrototypeOf(((it) => (clearTimeout(it), it))(setTimeout(() => {}, 0)))`;

/** @throws Error when the log of a process doesn't say where it can be looked into */
export async function inspect(log: string): Promise<Inspector> {
  const [url] = /ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(log) ?? [];
  if (url === undefined) throw new Error('the process runs without --inspect');
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let asked = 0;

  async function ask(method: string, params: object = {}): Promise<unknown> {
    asked += 1;
    const id = asked;
    const answered = new Promise<unknown>((resolve, reject) => {
      const take = ({ data }: MessageEvent) => {
        const message = Object(JSON.parse(String(data)));
        if (message.id !== id) return;
        socket.removeEventListener('message', take);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(`${method}: ${message.error.message}`));
      };
      socket.addEventListener('message', take);
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  }

  const evaluate = async (expression: string, returnByValue: boolean) =>
    Object(await ask('Runtime.evaluate', { expression, returnByValue, objectGroup })).result;

  /** Live objects that have a prototype. */
  async function countOf(prototype: string): Promise<number> {
    const { objectId: prototypeObjectId } = await evaluate(prototype, false);
    const found = Object(await ask('Runtime.queryObjects', { prototypeObjectId, objectGroup }));
    const { objectId } = found.objects;
    const functionDeclaration = 'function () { return this.length; }';
    const counted = await ask('Runtime.callFunctionOn', { objectId, functionDeclaration });
    // What was found would be kept alive for us.
    await ask('Runtime.releaseObjectGroup', { objectGroup });
    return Object(counted).result.value;
  }

  return {
    async holdings() {
      // What finalizers let go of, the second one collects.
      for (let times = 0; times < 2; times += 1) await ask('HeapProfiler.collectGarbage');
      const { heapBytes, resources } = JSON.parse((await evaluate(holdingsOf, true)).value);
      const emitters = await countOf(emitterPrototype);
      const timers = await countOf(timerPrototype);
      return { heapBytes, emitters, timers, resources };
    },
    close: () => socket.close(),
  };
}
