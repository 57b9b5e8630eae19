import { type Actor, anonymous, permissions, type Role } from '../../common/auth/index.ts';
import { listEndpoints } from '../spec.ts';
import { permit } from './permit.ts';

const user = (...roles: Role[]): Actor => ({
  kind: 'user',
  userId: 'usr_1',
  sessionId: 'ses_1',
  name: '가나다',
  roles,
});

const actors: readonly [string, Actor][] = [
  ['anonymous', anonymous],
  ['viewer', user('viewer')],
  ['seller', user('seller')],
  ['admin', user('admin')],
];

describe.each(listEndpoints())('$operationId', ({ endpoint: { action } }) => {
  test.each(actors)('lets %s in exactly where the table does', (principal, actor) => {
    const attempt = () => permit({ known: true, actor }, action);
    if (permissions[action].some((allowed) => allowed === principal)) {
      expect(attempt()).toBe(actor);
    } else {
      const code = principal === 'anonymous' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
      expect(attempt).toThrow(expect.objectContaining({ code }));
    }
  });
});

test('one of several roles is enough', () => {
  const actor = user('viewer', 'seller');
  expect(permit({ known: true, actor }, 'catalog.createProduct')).toBe(actor);
});

test('a token that does not hold is refused even where anyone may come', () => {
  const error = new Error('expired');
  expect(() => permit({ known: false, error }, 'catalog.getProduct')).toThrow(error);
});
