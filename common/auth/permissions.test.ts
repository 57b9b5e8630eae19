import { services } from '../rpc/services.ts';
import { type Actor, anonymous, type Role, roles } from './actor.ts';
import { isPermitted, permissions } from './permissions.ts';

const rpcs = Object.entries(services).flatMap(([domain, { methods }]) =>
  Object.keys(methods).map((method) => `${domain}.${method}`),
);

const user = (...held: Role[]): Actor => {
  return { kind: 'user', userId: 'usr_1', sessionId: 'ses_1', name: '홍길동', roles: held };
};
const service: Actor = { kind: 'service', name: 'realtime' };

it('every RPC has its line in the table, and no line is without an RPC', () => {
  expect(Object.keys(permissions).toSorted()).toEqual(rpcs.toSorted());
});

it.each(Object.entries(permissions))('%s is open to someone, each named once', (_rpc, allowed) => {
  expect(allowed.length).toBeGreaterThan(0);
  expect(new Set(allowed).size).toBe(allowed.length);
});

it('what changes anything is open to nobody unknown, but what is needed to log in and out', () => {
  const open = Object.entries(permissions)
    .filter(([, allowed]) => allowed.includes('anonymous'))
    .map(([rpc]) => rpc.split('.')[1] ?? '')
    .filter((method) => !/^(get|list|batchGet)/.test(method));
  expect(open.toSorted()).toEqual([
    'beginSocialLogin',
    'confirmEmailChange',
    'logIn',
    'logInWithCode',
    'logOut',
    'loginWithKakao',
    'loginWithTwitter',
    'refreshSession',
    'requestPasswordReset',
    'resetPassword',
    'signUp',
    'verifyEmail',
  ]);
});

describe('isPermitted', () => {
  it.each<[string, Actor, boolean, boolean, boolean, boolean]>([
    // catalog.getProduct, orders.placeOrders, catalog.createProduct, orders.expireOrders
    ['nobody known', anonymous, true, false, false, false],
    ['a user without a role', user(), false, false, false, false],
    ['a viewer', user('viewer'), true, true, false, false],
    ['a seller', user('seller'), true, true, true, false],
    ['a viewer who sells', user('viewer', 'seller'), true, true, true, false],
    ['an admin', user('admin'), true, true, false, false],
    ['one of our own processes', service, true, true, false, true],
  ])('%s', (_who, actor, read, order, sell, expire) => {
    expect(isPermitted(actor, 'catalog.getProduct')).toBe(read);
    expect(isPermitted(actor, 'orders.placeOrders')).toBe(order);
    expect(isPermitted(actor, 'catalog.createProduct')).toBe(sell);
    expect(isPermitted(actor, 'orders.expireOrders')).toBe(expire);
  });

  it('lets a person have what any of their roles has', () => {
    for (const [rpc, allowed] of Object.entries(permissions)) {
      if (!isRpc(rpc)) throw new Error(`${rpc} is no RPC`);
      for (const role of roles) {
        expect([rpc, role, isPermitted(user(role), rpc)]).toEqual([
          rpc,
          role,
          allowed.includes(role),
        ]);
      }
    }
  });
});

function isRpc(name: string): name is keyof typeof permissions {
  return Object.hasOwn(permissions, name);
}
