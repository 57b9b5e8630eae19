import { PermissionDenied } from '../errors/index.ts';
import {
  type Actor,
  actorLabel,
  anonymous,
  encodeActor,
  hasRole,
  mayActFor,
  requireUser,
  type UserActor,
} from './actor.ts';
import { decodeActor } from './decode-actor.ts';

const buyer: UserActor = {
  kind: 'user',
  userId: 'usr_1',
  sessionId: 'ses_1',
  name: '홍길동',
  roles: ['viewer'],
};
const admin: UserActor = { ...buyer, userId: 'usr_2', roles: ['admin'] };
const service: Actor = { kind: 'service', name: 'api' };

it.each([anonymous, buyer, admin, service])('%p survives the way through metadata', (actor) => {
  expect(decodeActor(encodeActor(actor))).toEqual(actor);
});

it('is nobody known when it is absent', () => {
  expect(decodeActor(undefined)).toEqual(anonymous);
});

it.each(['', '%%%', 'e30', Buffer.from('{"kind":"user"}').toString('base64url')])(
  '%p is no actor',
  (encoded) => {
    expect(() => decodeActor(encoded)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
  },
);

it('drops what does not belong to an actor', () => {
  const more = { ...buyer, isRoot: true };
  expect(decodeActor(encodeActor(more))).toEqual(buyer);
});

it.each<[string, Actor, boolean]>([
  ['the user', buyer, true],
  ['another user', { ...buyer, userId: 'usr_9' }, false],
  ['an admin', admin, true],
  ['one of our own processes', service, true],
  ['nobody known', anonymous, false],
])('%s may act for the user: %p', (_who, actor, expected) => {
  expect(mayActFor(actor, 'usr_1')).toBe(expected);
});

it('only a person has a role, and only their own', () => {
  expect(hasRole(buyer, 'viewer')).toBe(true);
  expect(hasRole(buyer, 'admin')).toBe(false);
  expect(hasRole(service, 'admin')).toBe(false);
  expect(hasRole(anonymous, 'viewer')).toBe(false);
});

it('requireUser answers a person and refuses everyone else', () => {
  expect(requireUser(buyer)).toBe(buyer);
  expect(() => requireUser(service)).toThrow(PermissionDenied);
  expect(() => requireUser(anonymous)).toThrow(PermissionDenied);
});

it('history calls a person by their id, and everything else system', () => {
  expect([buyer, service, anonymous].map(actorLabel)).toEqual(['usr_1', 'system', 'system']);
});
