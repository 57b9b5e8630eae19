import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDir } from './run-dir.ts';

/** What must be in no log of any process, by what it is. */
const kinds: Readonly<Record<string, RegExp>> = {
  'an e-mail':
    /[\w.+-]+@(?!onair\.local\b)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|test|kr|example|org|net)\b/i,
  'a phone number': /(?<![\w.])(?:\+82-?10|010)-?\d{4}-?\d{4}(?![\w.])/,
  'a password': /correct horse battery|not secret at all|argon2id\$/,
  'an access token': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  'a credential': /\b(?:Bearer|Basic) [\w.+/=-]{16,}/i,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY/,
  'a card number': /(?<![\w.-])(?:\d{4}[ -]){3}\d{4}(?![\w.-])|(?<![\w.-])[3-6]\d{15}(?![\w.-])/,
  'a key of a provider': /(?:live|test)_[gs]?sk_\w+/,
};

/**
 * What a log tells that it must not: what kind of thing, and the line with the thing left out.
 * Addresses of `onair.local` are those of nobody.
 *
 * @param secrets made up for this run, as they are
 */
export function findLeaks(log: string, secrets: readonly string[] = []): string[] {
  const patterns = Object.entries(kinds);
  return log.split('\n').flatMap((line) => {
    const secret = secrets.find((each) => each !== '' && line.includes(each));
    if (secret !== undefined) return [`a secret of this run: ${line.replaceAll(secret, '<...>')}`];
    const found = patterns.find(([, pattern]) => pattern.test(line));
    if (found === undefined) return [];
    const [kind, pattern] = found;
    return [`${kind}: ${line.replace(pattern, '<...>').slice(0, 300)}`];
  });
}

/** Keeps a secret that was made up for this run, to look for it in every log. */
export function noteSecret(secret: string): void {
  const dir = runDir();
  if (dir !== undefined) appendFileSync(join(dir, 'secrets.txt'), `${secret}\n`);
}

/** Looks through the logs under a folder, before it goes, and keeps what is wrong for the end. */
export function checkLogs(folder: string): void {
  const dir = runDir();
  if (dir === undefined || !existsSync(folder)) return;
  const leaks = leaksIn(folder, readLines(join(dir, 'secrets.txt')));
  if (leaks.length > 0) appendFileSync(join(dir, 'leaks.txt'), `${leaks.join('\n')}\n`);
}

/** What the logs under a folder tell that they must not, a few of each. */
export function leaksIn(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => {
      const leaks = findLeaks(readFileSync(join(folder, name), 'utf8'), secrets);
      return [...new Set(leaks)].slice(0, 10).map((leak) => `${name}: ${leak}`);
    });
}

/** What the logs of this run told that they must not. */
export function leaksOfRun(): string[] {
  const dir = runDir();
  return dir === undefined ? [] : readLines(join(dir, 'leaks.txt'));
}

function readLines(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
