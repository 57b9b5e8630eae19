/**
 * Characters that are read as others, by what they are read as. Case counts where it changes the
 * look: a small η is read as n, a capital Η as h. Digits stand for the letters that people write
 * with them; `1`, `i`, `l` and `|` look so much alike that they are one.
 */
const groups: Readonly<Record<string, string>> = {
  a: 'аΑАαɑᴀ∂4@',
  b: 'ВΒвʙß8',
  c: 'сСϲᴄ¢',
  d: 'ԁᴅ',
  e: 'еЕΕёЁεєЄ3€℮',
  g: 'ɡԌԍ9',
  h: 'ΗНһнʜ',
  j: 'јЈ',
  k: 'кКΚκᴋ',
  l: 'iIlL1|іІΙιӏӀıɪǀ',
  m: 'мМΜᴍ',
  n: 'ηΝпиИᴎ',
  o: 'оОΟοσø0ᴏ',
  p: 'рРΡρᴘ',
  r: 'гɾᴦ',
  s: 'ѕЅꜱ5$',
  t: 'тТΤτ7†',
  u: 'υцᴜµ',
  v: 'νѵᴠ',
  w: 'ωшԝᴡ',
  x: 'хХΧχ×',
  y: 'уУΥγүᴚ',
  z: 'ΖᴢzZ2',
};

const letters = new Map<string, string>(
  Object.entries(groups).flatMap(([letter, looks]) =>
    [...looks].map((look) => [look, letter] as const),
  ),
);

/** What the character is read as; itself, in lower case, if it is like no other. */
export function readAs(character: string): string {
  return letters.get(character) ?? letters.get(character.toLowerCase()) ?? character.toLowerCase();
}
