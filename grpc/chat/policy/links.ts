import { readAs } from './look-alikes.ts';

/** Ends of names that count with any dot between. */
const endings =
  'com|net|org|info|biz|shop|store|site|online|xyz|app|dev|link|live|club|page|blog|tv|io|me|ly|gg|gl|cc|co|kr|jp|cn|us|ru|vn|top|vip|bet|casino';
/** Ends that count with a dot that is spelled out or stands apart: few, for `is . it` is talk. */
const plainEndings = 'com|net|org|info|shop|store|xyz|kr|컴|넷';

const scheme = /\b(?:https?|ftp|wss?|hxxps?)\s*:\s*\/\s*\//;
const www = /\bwww\s*\.\s*[\p{L}\p{N}]/u;
const address =
  /(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:[:/]\w|$|\s)/;
const name = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?';
const dotted = new RegExp(
  `${name}\\.(?:${name}\\.)*(?:${endings})(?![\\p{Script=Latin}\\p{N}-])`,
  'u',
);
/** `naver . com`, `naver dot com`, `naver(dot)com`, `네이버 닷 컴`, `naver점com`. */
const spelledDot =
  '(?:\\s*[(\\[{<]\\s*(?:\\.|dot|닷|점|쩜)\\s*[)\\]}>]\\s*|\\s+dot\\s+|\\s*(?:\\.|닷|점|쩜)\\s*)';
const spelled = new RegExp(
  `${name}${spelledDot}(?:co${spelledDot})?(?:${plainEndings})(?![\\p{L}\\p{N}-])`,
  'u',
);
const email = /[\w.+-]+@[\w-]+\.\w/;
const dots = /[。｡․・﹒]/gu;
const unseen = /[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/gu;
/** `n a v e r . c o m`: letters that stand alone, three or more. */
const spacedOut = /(?<![^\s])[^\s](?:\s[^\s])+(?![^\s])/gu;

/** What every link has some of, disguised or not: most texts end here. */
const hint = /[.:@닷점쩜]|dot|www|[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Whether a text names an address of the web or of mail, also one that is disguised. */
export function hasLink(text: string): boolean {
  const plain = text.normalize('NFKC').replace(unseen, '').replace(dots, '.').toLowerCase();
  if (!hint.test(plain)) return false;
  const joined = plain.replace(spacedOut, (letters) => letters.replace(/\s/gu, ''));
  return isLink(plain) || isLink(joined) || isLink(foreignToLatin(joined));
}

function isLink(text: string): boolean {
  if (scheme.test(text) || www.test(text) || email.test(text) || address.test(text)) return true;
  return dotted.test(text) || spelled.test(text);
}

/** Letters of other scripts as the Latin ones that they look like. */
function foreignToLatin(text: string): string {
  return text.replace(/[\p{Script=Cyrillic}\p{Script=Greek}]/gu, readAs);
}
