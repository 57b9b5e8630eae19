import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { listEndpoints } from '../api/spec.ts';
import {
  type Actor,
  anonymous,
  isSensitive,
  permissions,
  type UserActor,
} from '../common/auth/index.ts';
import { DomainError } from '../common/errors/index.ts';
import { newId } from '../common/ids.ts';
import { type RpcName, services } from '../common/rpc/services.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { logIn, makePerson, makeSeller, type Person } from './rest-shop.ts';

/** Refusals that say who may not; anything else means that the table let the caller through. */
const closed: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'ACCOUNT_SUSPENDED',
  'SESSION_REVOKED',
]);

/** Of these the caller's own credentials are part of the request, and ours here are made up. */
const asksForCredentials: ReadonlySet<string> = new Set(['sessions.refreshSession']);

/**
 * A domain may refuse too, for what is not the caller's own: a broadcast that nobody has, here.
 * The table's own refusals are known by their words.
 */
function toldApart(code: string, message: string): string {
  const byTable = /your roles do not allow this|is not open to this caller/.test(message);
  return code === 'PERMISSION_DENIED' && !byTable ? 'NOT_THEIR_OWN' : code;
}

type Kind = 'anonymous' | 'viewer' | 'seller' | 'admin' | 'suspended';
const kinds: readonly Kind[] = ['anonymous', 'viewer', 'seller', 'admin', 'suspended'];

/** Whether the table opens an action to a kind of caller; a suspended one is a seller no more. */
function isOpenTo(kind: Kind, action: RpcName, tokenIsRead: boolean): boolean {
  const allowed: readonly string[] = permissions[action];
  if (kind !== 'suspended') return allowed.includes(kind);
  return !tokenIsRead && allowed.includes('anonymous');
}

describeInBothModes('the table of permissions', (mode) => {
  let onair: Onair;
  let admin: Person;
  const people = new Map<Kind, Person>();

  beforeAll(async () => {
    onair = await startOnair(mode);
    admin = await logIn(onair, onair.admin.email, onair.admin.password);
    people.set('admin', admin);
    people.set('viewer', await makePerson(onair, 'viewer'));
    people.set('seller', await makeSeller(onair, admin));
    people.set('suspended', await makeSeller(onair, admin));
    await onair.rpc.as({ actor: actorOf(admin) }).users.suspendUser({
      requestId: randomUUID(),
      userId: people.get('suspended')?.user.id ?? '',
      reason: 'test',
    });
  });
  afterAll(() => onair.stop());

  /** The same person with another session. */
  const anew = ({ user, password }: Person) => logIn(onair, user.email, password);

  const walked = listEndpoints().map(({ operationId, endpoint }) => ({ operationId, endpoint }));

  describe.each(walked)('$operationId', ({ endpoint }) => {
    const tokenIsRead = endpoint.credentials !== 'ignored';

    it.each(kinds)('is open to %s where the table says so', async (kind) => {
      const person = people.get(kind);
      let code = await ask(endpoint, person);
      if (code === 'SESSION_REVOKED' && person !== undefined && kind !== 'suspended') {
        // A look before ended it, as some actions do; a new one tells what this action says.
        const again = await anew(person);
        people.set(kind, again);
        code = await ask(endpoint, again);
      }
      const action = endpoint.action;
      if (asksForCredentials.has(action) || action === 'sessions.logIn') return;
      expect({ kind, code, open: !closed.has(code) }).toEqual({
        kind,
        code,
        open: isOpenTo(kind, action, tokenIsRead),
      });
    });
  });

  /** What an endpoint answers to a request that is well-formed as far as can be told. */
  async function ask(
    { method, path, query }: (typeof walked)[number]['endpoint'],
    person: Person | undefined,
  ): Promise<string> {
    // Sellers' own matters are asked for by the seller; those of others are the domains' business.
    const own = person?.user.id ?? newId('usr');
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'sellerId' ? own : idFor(name),
    );
    const search = query !== undefined && 'reason' in query.shape ? '?reason=test' : '';
    const headers: Record<string, string> = { 'idempotency-key': randomUUID() };
    if (person !== undefined) headers.authorization = `Bearer ${person.accessToken}`;
    if (method !== 'GET' && method !== 'DELETE') headers['content-type'] = 'application/json';
    const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
    const answer = await fetch(`${onair.apiUrls[0]}${filled}${search}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.ok) return 'ok';
    const problem = z.object({ code: z.string(), detail: z.string() }).parse(JSON.parse(text));
    return toldApart(problem.code, problem.detail);
  }

  const rpcs = Object.entries(services).flatMap(([domain, { methods }]) =>
    Object.entries(methods).map(([method, { requestStream: streams }]) => ({
      ...{ domain, method, streams },
    })),
  );

  describe.each(rpcs)('$domain $method', (rpc) => {
    const action = toRpcName(`${rpc.domain}.${rpc.method}`);
    const callers: readonly (Kind | 'service')[] = [...kinds, 'service'];

    it.each(callers)('is open to %s where the table says so', async (kind) => {
      if (asksForCredentials.has(action) || action === 'sessions.logIn') return;
      const code = await call(await actorFor(kind), rpc);
      expect({ kind, code, open: !closed.has(code) }).toEqual({ kind, code, open: opens(kind) });
    });

    /** Between our own processes a suspended person counts where the account is looked at. */
    function opens(kind: Kind | 'service'): boolean {
      const allowed: readonly string[] = permissions[action];
      if (kind !== 'suspended') return allowed.includes(kind);
      return !isSensitive(action) && (allowed.includes('viewer') || allowed.includes('seller'));
    }
  });

  async function actorFor(kind: Kind | 'service'): Promise<Actor> {
    if (kind === 'service') return { kind, name: 'test' };
    if (kind === 'anonymous') return anonymous;
    return actorOf(people.get(kind) ?? admin);
  }

  async function call(
    actor: Actor,
    { domain, method, streams }: (typeof rpcs)[number],
  ): Promise<string> {
    const client: unknown = Reflect.get(onair.rpc.as({ actor }), domain);
    const rpc: unknown = client instanceof Object ? Reflect.get(client, method) : undefined;
    if (typeof rpc !== 'function') throw new Error(`${domain}.${method} is no RPC`);
    try {
      const answer: unknown = Reflect.apply(rpc, client, [
        streams ? requests() : { userId: ownIdOf(actor) },
      ]);
      if (isStream(answer)) for await (const _ of answer) break;
      else await answer;
      return 'ok';
    } catch (error) {
      if (error instanceof DomainError) return toldApart(error.code, error.message);
      throw error;
    }
  }

  /** What is a person's own is asked for by that person; processes ask for the viewer's. */
  function ownIdOf(actor: Actor): string | undefined {
    return actor.kind === 'user' ? actor.userId : people.get('viewer')?.user.id;
  }

  it('leaves what is someone’s own to them: other viewers and sellers get none of it', async () => {
    const owner = people.get('viewer') ?? admin;
    const { userId } = actorOf(owner);
    const others = [await makePerson(onair, 'other'), await makeSeller(onair, await anew(admin))];
    for (const other of others) {
      const rpc = onair.rpc.as({ actor: actorOf(other) });
      const attempts = [
        () => rpc.users.getUser({ userId }),
        () => rpc.sessions.listSessions({ userId }),
        () => rpc.sessions.logOutEverywhere({ userId }),
        () => rpc.orders.listOrders({ userId }),
        () => rpc.points.getBalance({ userId }),
        () => rpc.points.listTransfers({ userId }),
      ];
      for (const attempt of attempts) {
        await expect(attempt()).rejects.toMatchObject({
          code: expect.stringMatching(/^(NOT_FOUND|PERMISSION_DENIED)$/),
        });
      }
    }
  });

  it('is looked up anew where a role is at stake: a token that still says seller is not enough', async () => {
    const boss = await anew(admin);
    const seller = await makeSeller(onair, boss);
    const product = { name: '머그컵', skus: [{ name: '', price: 1_000, initialStock: 1 }] };
    const post = () => seller.api.POST('/v1/products', { body: product });
    expect((await post()).response.status).toBe(201);
    await boss.api.DELETE('/v1/users/{userId}/roles/{role}', {
      params: { path: { userId: seller.user.id, role: 'seller' }, query: { reason: 'test' } },
    });
    expect((await post()).response.status).toBe(403);
  });
});

function actorOf({ user }: Person): UserActor {
  const { id: userId, name, roles } = user;
  return { kind: 'user', userId, sessionId: newId('ses'), name, roles };
}

async function* requests() {
  yield {};
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return value instanceof Object && Symbol.asyncIterator in value;
}

function toRpcName(name: string): RpcName {
  if (!Object.hasOwn(permissions, name)) throw new Error(`${name} has no line in the table`);
  return name as RpcName;
}

const prefixes: Readonly<Record<string, Parameters<typeof newId>[0]>> = {
  applicationId: 'sap',
  broadcastId: 'brc',
  dealId: 'dea',
  fileId: 'fil',
  jobId: 'job',
  orderId: 'ord',
  paymentId: 'pay',
  productId: 'prd',
  sessionId: 'ses',
  skuId: 'sku',
  userId: 'usr',
};

/** Something well-formed that is nobody's. */
function idFor(name: string): string {
  const prefix = prefixes[name];
  if (prefix !== undefined) return newId(prefix);
  return name === 'role' ? 'seller' : '1';
}
