import { newId } from '../../common/ids.ts';
import { Language, Role } from '../../proto/gen/onair/users/v1/users.ts';
import { changeRoleRequest, signUpRequest } from './requests.ts';

const signUp = {
  requestId: 'r',
  email: 'a@b.kr',
  password: 'x',
  name: '홍길동',
  phone: '',
  language: Language.UNSPECIFIED,
  tosVersion: '',
  marketingConsent: false,
};
const change = { requestId: 'r', userId: newId('usr'), role: Role.SELLER, reason: 'applied' };

describe('a sign-up request', () => {
  it('is trimmed, and keeps the spelling of the e-mail', () => {
    const parsed = signUpRequest.parse({
      ...signUp,
      email: ' Hong@Example.COM ',
      name: '  홍길동 ',
      phone: ' +82 10-1234-5678 ',
    });
    expect(parsed).toMatchObject({
      email: 'Hong@Example.COM',
      name: '홍길동',
      phone: '+821012345678',
      language: 'ko',
      address: '',
    });
  });

  it.each([
    ['an e-mail without a host', { email: 'hong' }],
    ['an e-mail of two addresses', { email: 'a@b.kr,c@d.kr' }],
    ['an e-mail of 255 characters', { email: `${'a'.repeat(250)}@b.kr` }],
    ['no e-mail', { email: '' }],
    ['no name', { name: '  ' }],
    ['a name of 41 characters', { name: '가'.repeat(41) }],
    ['a name with a control character', { name: 'a\u0000b' }],
    ['a phone number of words', { phone: 'call me' }],
    ['no request id', { requestId: '' }],
    ['a request id with a space', { requestId: 'a b' }],
  ])('is refused with %s', (_what, wrong) => {
    expect(signUpRequest.safeParse({ ...signUp, ...wrong }).success).toBe(false);
  });
});

describe('a request to change a role', () => {
  it('names the role in our own words', () => {
    expect(changeRoleRequest.parse(change).role).toBe('seller');
  });

  it.each([
    ['no role', { role: Role.UNSPECIFIED }],
    ['a role of a newer build', { role: Role.UNRECOGNIZED }],
    ['no reason', { reason: ' ' }],
    ['a reason of 501 characters', { reason: 'x'.repeat(501) }],
    ['the id of something else', { userId: newId('ord') }],
  ])('is refused with %s', (_what, wrong) => {
    expect(changeRoleRequest.safeParse({ ...change, ...wrong }).success).toBe(false);
  });
});
