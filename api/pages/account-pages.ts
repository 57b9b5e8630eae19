import type { FastifyInstance } from 'fastify';
import { accountScript } from './account-script.ts';

/** What these pages may load: their own script, and the styles that stand in them. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const style =
  'body{font:16px/1.6 sans-serif;max-width:26rem;margin:15vh auto;padding:0 1rem;color:#222}' +
  'input,button{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin:.4rem 0}' +
  'button{background:#e11d48;color:#fff;border:0;border-radius:6px}small{color:#666}';

const pages = {
  'verify-email': {
    title: '이메일 확인 · Confirm your e-mail',
    form: '<button>이메일 확인 · Confirm</button>',
  },
  'change-email': {
    title: '이메일 변경 · Change your e-mail',
    form: '<button>이메일 변경 · Change</button>',
  },
  'reset-password': {
    title: '비밀번호 재설정 · Reset your password',
    form:
      '<input name="password" type="password" minlength="8" maxlength="128" required ' +
      'autocomplete="new-password" aria-label="새 비밀번호 · New password" ' +
      'placeholder="새 비밀번호 · New password"><button>변경 · Change</button>',
  },
} as const;

/**
 * The pages that links in account mails lead to, where WEB_URL is this very API. A link does
 * nothing by being opened: programs that look at mails open links too. Its token stands behind
 * the `#`, which a browser sends to nobody, and leaves by the button alone.
 */
export function addAccountPages(app: FastifyInstance): void {
  for (const [name, { title, form }] of Object.entries(pages)) {
    const html = pageOf(name, title, form);
    app.get(`/account/${name}`, async (_, reply) =>
      reply
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(html),
    );
  }
  app.get('/account/account.js', async (_, reply) =>
    reply
      .header('cache-control', 'public, max-age=300')
      .type('text/javascript; charset=utf-8')
      .send(accountScript),
  );
}

function pageOf(name: string, title: string, form: string): string {
  return [
    '<!doctype html><html lang="ko"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${title}</title><style>${style}</style></head>`,
    `<body data-page="${name}"><h1>${title}</h1>`,
    `<form>${form}</form><p role="status"></p><small>온에어 · Onair</small>`,
    '<script src="/account/account.js"></script></body></html>',
  ].join('\n');
}
