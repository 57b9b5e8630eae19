import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A new code or token. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** An address with more in its query. */
export function withQuery(address: string, more: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.toString();
}

/** Lets a scope read forms, as these providers do, with every value as text. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

/** The page on which someone would log in: here they say who they are. */
export function consentPage(
  title: string,
  action: string,
  query: Readonly<Record<string, string>>,
): string {
  const hidden = Object.entries(query)
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join('');
  return [
    '<!doctype html><html lang="ko"><head><meta charset="utf-8">',
    `<title>${escapeHtml(title)}</title></head><body><h1>${escapeHtml(title)}</h1>`,
    '<p>개발용 대역입니다. 누구로 로그인할지 정하세요. · A stand-in: say who you are.</p>',
    `<form method="post" action="${escapeHtml(action)}">${hidden}`,
    '<label>회원번호 · Id <input name="sandbox_user" value="1001" pattern="[0-9]+"></label>',
    '<button name="sandbox_answer" value="agree">동의 · Agree</button>',
    '<button name="sandbox_answer" value="decline">취소 · Cancel</button>',
    '</form></body></html>',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
