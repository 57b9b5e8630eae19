import { readAs } from './look-alikes.ts';

/** Ends of names that count with any dot between. */
const endings =
  'com|net|org|info|biz|shop|store|site|online|xyz|app|dev|link|live|club|page|blog|tv|io|me|ly|gg|gl|cc|co|kr|jp|cn|us|ru|vn|top|vip|bet|casino';
/** Ends that count with a dot that is spelled out or stands apart: few, for `is . it` is talk. */
const plainEndings = 'com|net|org|info|shop|store|xyz|kr|컴|넷';
/** Ends of names that count after a name in Latin letters alone: `요즘.ai가` is talk. */
const latinEndings = 'ai|uk|eu|tw|hk|sg|icu|mobi|asia|cloud|wiki';
/** Ends in Hangul. */
const koreanEndings = '한국|닷컴|닷넷';

const scheme = /\b(?:https?|ftp|wss?|hxxps?)\s*:\s*\/\s*\//;
const www = /\bwww\s*\.\s*[\p{L}\p{N}]/u;
const address =
  /(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:[:/]\w|$|\s)/;
/** The last letter of a name: where it begins makes no difference. */
const name = '[\\p{L}\\p{N}]';
const noMore = '(?![\\p{Script=Latin}\\p{N}-])';
const dotted = new RegExp(`${name}\\.(?:${endings})${noMore}`, 'u');
/** A name of two letters or more and any end, where a path follows: `kko.to/x`, and not `e.g/`. */
const withPath = /\.(?<=[a-z0-9-]{2}\.)(?<=[a-z][0-9-]*\.)[a-z]{2,24}\//;
/** Any end in another script, as names are registered. */
const punycode = /[\p{L}\p{N}]\.xn--[a-z0-9]/u;
const latinName = new RegExp(
  `\\.(?<=(?<![\\p{L}\\p{N}-])[a-z0-9-]+\\.)(?<=[a-z][0-9-]*\\.)(?:${latinEndings})${noMore}`,
  'u',
);
/**
 * `네이버.한국`, with a particle or not; not `좋아요.한국 분이세요?`, where a sentence ends before the
 * point, nor `미국.한국`, where it lists countries.
 */
const koreanName = new RegExp(
  `${name}(?<![다요죠까네야음임함국본ㄱ-ㅎ])\\.(?:${koreanEndings})(?:에서?|으로|입니다|이에요|이요)?(?![\\p{L}\\p{N}-])`,
  'u',
);
/** `naver . com`, `naver dot com`, `naver(dot)com`, `네이버 닷 컴`, `naver점com`. */
const spelledDot =
  '(?:\\s*[(\\[{<]\\s*(?:\\.|dot|닷|점|쩜)\\s*[)\\]}>]\\s*|\\s+dot\\s+|\\s*(?:\\.|닷|점|쩜)\\s*)';
const spelled = new RegExp(
  `${name}${spelledDot}(?:co${spelledDot})?(?:${plainEndings})(?![\\p{L}\\p{N}-])`,
  'u',
);
/** `kko[.]to/x`, `kko dot to/x`, and `youtu . be/x` for the ends of short links alone. */
const spelledWithPath =
  /[a-z0-9-]{2}(?:\s*[([{<]\s*(?:\.|dot|닷|점)\s*[)\]}>]\s*[a-z]{2,24}|\s+dot\s+[a-z]{2,24}|(?:\s+\.|\s*(?:닷|점|쩜))\s*(?:be|to|ai|me|ly|gl|gg|io|co))\s?\/\s?[a-z0-9]/;
const email = /[\w.+-]+@[\w-]+\.\w/;
const forms = [
  ...[scheme, www, email, address, dotted, withPath, punycode, latinName, koreanName],
  ...[spelled, spelledWithPath],
];
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
  return forms.some((form) => form.test(text));
}

/** Letters of other scripts as the Latin ones that they look like. */
function foreignToLatin(text: string): string {
  return text.replace(/[\p{Script=Cyrillic}\p{Script=Greek}]/gu, readAs);
}
