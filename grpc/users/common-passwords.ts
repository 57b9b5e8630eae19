/**
 * The passwords of 8 characters or more that lead every published list of leaked ones, in lower
 * case. Short on purpose: it stops the first guesses of an attacker, and no list stops the rest.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `00000000 11111111 12121212 12341234 12344321 12345678 123456789 1234567890 12345678910 123123123
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qazxsw2 11223344 22222222 31415926 55555555 66666666
  77777777 87654321 88888888 98765432 987654321 9876543210 99999999 a1234567 a12345678 aa123456
  aa12345678 aaaaaaaa abc12345 abcd1234 abcdefgh admin123 administrator adminadmin asdf1234 asdfasdf
  asdfghjk asdfghjkl baseball changeme computer corvette dragon123 football iloveyou internet jennifer
  letmein1 liverpool master123 maverick michelle mustang1 p@ssw0rd p@ssword pass1234 passw0rd
  password password! password1 password12 password123 password1234 princess q1w2e3r4 q1w2e3r4t5
  qazwsxedc qwer1234 qwerasdf qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 samantha secret123
  starwars sunshine superman test1234 testtest trustno1 unknown1 welcome1 welcome123 whatever
  zaq12wsx zxcvbnm1 zxcvbnm123 dkssudgktpdy qwer1234! rlaqudwls tkfkdgo1 tkfkdgody gksrnr12`.split(
    /\s+/,
  ),
);
