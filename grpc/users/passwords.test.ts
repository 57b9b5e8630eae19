import { createPasswords } from './passwords.ts';

const passwords = createPasswords(1_024);

describe('passwords', () => {
  it('are hashed with argon2id and the settings given, each with a salt of its own', async () => {
    const [one, two] = await Promise.all([passwords.hash('secret'), passwords.hash('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=1024,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify(one, 'secret')).toBe(true);
    expect(await passwords.verify(one, 'Secret')).toBe(false);
    expect(await passwords.verify(one, '')).toBe(false);
  });

  it('fit no account that has none', async () => {
    for (const none of [null, undefined]) expect(await passwords.verify(none, '')).toBe(false);
  });

  it('wait in the same line with an account and without; whoever gave up is passed over', async () => {
    const gone = AbortSignal.abort();
    const hashed = await passwords.hash('secret');
    for (const known of [hashed, undefined]) {
      await expect(passwords.verify(known, 'secret', gone)).rejects.toMatchObject({
        name: 'AbortError',
      });
    }
  });

  it('are outdated when the settings changed', async () => {
    const hashed = await passwords.hash('secret');
    expect(passwords.isOutdated(hashed)).toBe(false);
    expect(createPasswords(2_048).isOutdated(hashed)).toBe(true);
  });

  it('beyond what can be hashed soon are refused at once', async () => {
    const busy = createPasswords(1_024);
    const gone = AbortSignal.abort();
    const tries = Array.from({ length: 1_500 }, () => busy.verify(undefined, 'x', gone));
    const settled = await Promise.allSettled(tries);
    const codes = settled.map((one) => (one.status === 'rejected' ? one.reason.code : undefined));
    expect(codes.filter((code) => code === 'OVERLOADED')).toHaveLength(500);
  });
});
