import { runInNewContext } from 'node:vm';
import { createEdgeAlone, type EdgeAlone } from '../app-for-tests.ts';
import { spec } from '../spec.ts';

describe('the pages that account mails lead to', () => {
  let edge: EdgeAlone;
  beforeAll(async () => {
    edge = await createEdgeAlone();
  });
  afterAll(() => edge.close());

  it.each(['verify-email', 'change-email', 'reset-password'])(
    '%s can be opened, and runs our script alone',
    async (name) => {
      const page = await edge.app.inject({ url: `/account/${name}` });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.headers['content-security-policy']).toMatch(
        /default-src 'none'; script-src 'self'/,
      );
      expect(page.headers['referrer-policy']).toBe('no-referrer');
      expect(page.body).toContain(`data-page="${name}"`);
    },
  );

  it.each([
    ['verify-email', spec.users.verifyEmail.path, { token: 'abc' }],
    ['change-email', spec.users.confirmEmailChange.path, { token: 'abc' }],
    ['reset-password', spec.users.resetPassword.path, { token: 'abc', password: 'new one' }],
  ])(
    '%s sends the token to %s when the button is pressed, not before',
    async (page, path, body) => {
      const { body: script } = await edge.app.inject({ url: '/account/account.js' });
      const sent: [string, unknown][] = [];
      const submits: ((event: object) => Promise<void>)[] = [];
      const field = page === 'reset-password' ? { value: 'new one' } : null;
      const form = {
        addEventListener: (_: string, listener: (event: object) => Promise<void>) =>
          submits.push(listener),
        querySelector: () => field,
        remove: () => undefined,
      };
      const status = { textContent: '' };
      runInNewContext(script, {
        URLSearchParams,
        location: { hash: '#token=abc', pathname: '/account' },
        history: { replaceState: () => undefined },
        document: {
          body: { dataset: { page } },
          querySelector: (what: string) => (what === 'form' ? form : status),
        },
        fetch: async (url: string, init: { body: string }) => {
          sent.push([url, JSON.parse(init.body)]);
          return { ok: true };
        },
      });
      expect(sent).toEqual([]);
      await submits[0]?.({ preventDefault: () => undefined });
      expect(sent).toEqual([[path, body]]);
      expect(status.textContent).not.toBe('');
    },
  );
});
