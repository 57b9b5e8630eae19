import type { Language } from '../../common/errors/index.ts';

/**
 * The language that an Accept-Language header likes best of those we speak (RFC 9110, 12.5.4);
 * Korean when it names neither, or there is none.
 */
export function preferredLanguage(header: string | undefined): Language {
  let best: { language: Language; quality: number } | undefined;
  for (const part of (header ?? '').split(',')) {
    const match = /^\s*(ko|en)(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(part);
    if (match === null) continue;
    const quality = Number(match[2] ?? 1);
    if (quality === 0 || quality <= (best?.quality ?? 0)) continue;
    best = { language: match[1]?.toLowerCase() === 'en' ? 'en' : 'ko', quality };
  }
  return best?.language ?? 'ko';
}
