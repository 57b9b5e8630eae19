/**
 * The passwords of 8 characters or more that lead every published list of leaked ones, and those
 * that Korean keyboards make of common words, in lower case. Short on purpose: it stops the first
 * guesses of an attacker, and no list stops the rest.
 */
const exact: ReadonlySet<string> = new Set(
  `00000000 11111111 12121212 12341234 12344321 12345678 123456789 1234567890 12345678910 123123123
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qazxsw2 11223344 22222222 31415926 55555555 66666666
  77777777 87654321 88888888 98765432 987654321 9876543210 99999999 a1234567 a12345678 aa123456
  aa12345678 aaaaaaaa abc12345 abcd1234 abcdefgh admin123 administrator adminadmin asdf1234 asdfasdf
  asdfghjk asdfghjkl baseball changeme computer corvette dragon123 football iloveyou internet jennifer
  letmein1 liverpool master123 maverick michelle mustang1 p@ssw0rd p@ssword pass1234 passw0rd
  password password! password1 password12 password123 password1234 princess q1w2e3r4 q1w2e3r4t5
  qazwsxedc qwer1234 qwerasdf qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 samantha secret123
  starwars sunshine superman test1234 testtest trustno1 unknown1 welcome1 welcome123 whatever
  zaq12wsx zxcvbnm1 zxcvbnm123 qwer1234! asdf1234! zxcv1234 zxcv1234! 1234qwer 1234asdf 1234abcd
  qwe123!@# qwer!@#$ 1q2w3e4r! q1w2e3r4! 123qwe!@# 123qweasd qweasdzxc qwe123qwe 147258369 159753456
  123654789 741852963 789456123 963852741 10101010 19871987 19881988 20202020 01012345678 82828282
  dkssudgktpdy rlaqudwls tkfkdgo1 tkfkdgody gksrnr12 tkfkdgo12 tkfkdgkq tkfkdgo123 dkssud12
  dkssud123 dkssud1234 gkrtod12 dbfldk12 rhkdwn12 eogksalsrnr gksrnrdls sksmssk1 dlsxjsptcnf
  qlalfqjsgh qlqjs1234 qkrwltjd rlarhdn1 sjrnfl12 gkseks12 tpdud123 skfkdtkfkd`.split(/\s+/),
);

/**
 * Words that are no password whatever year, number or sign is put behind them; the third row is
 * Korean words typed with English letters: hello, I love you, password, Korea, happiness, love.
 */
const stems: ReadonlySet<string> = new Set(
  `password passwd qwerty qwertyuiop qwer asdf asdfgh zxcv zxcvbn zxcvbnm qwe asd abc abcd admin
  administrator welcome letmein iloveyou master superman batman monkey dragon football baseball
  dkssud dkssudgktpdy tkfkdgo tkfkdgkqslek qlalfqjsgh qlqjs eogksalsrnr gksrnr godqhr tkfkd
  seoul korea hangul samsung kakao naver onair live test guest user root love sarang saranghae
  annyeong daehanminguk`.split(/\s+/),
);

/** `@`, `0`, `1`, `3` and `$` for the letters that they look like. */
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
};

/** Whether a password is among the first guesses. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  if (exact.has(lower) || isRun(lower)) return true;
  const bare = (text: string) => text.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  const plain = [...lower].map((letter) => lookalikes[letter] ?? letter).join('');
  const leading = lower.replace(/[\d\W_]+$/, '');
  const likely = [...leading].map((letter) => lookalikes[letter] ?? letter).join('');
  return [bare(lower), bare(plain), likely].some((word) => stems.has(word));
}

/** One character, or steps of one up or down, all the way: `aaaaaaaa`, `23456789`, `hgfedcba`. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const [first = 0, second = 0] = codes;
  const step = second - first;
  if (Math.abs(step) > 1) return false;
  return codes.every((code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step);
}
