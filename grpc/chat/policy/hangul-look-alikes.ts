/**
 * Characters that stand for jamo in words that are to pass a filter, by the jamo. Those of ㅡ and ㅣ
 * that are no letters or digits are what Unicode lists as confusable with them (UTS #39,
 * confusables.txt); the others have the same strokes, and are what people type for one another
 * (야민정음: `7H` for 개, `ㅅl` for 시, `人` for ㅅ). Case counts: an `H` is ㅐ, an `h` is not.
 */
const groups: Readonly<Record<string, string>> = {
  ㄱ: '7フ',
  ㄴ: 'L乚レ',
  ㄷ: 'C匚⊏',
  ㄹ: '2Z己',
  ㅁ: '口ロ囗□',
  ㅂ: '廿',
  ㅅ: '人入へΛ^',
  ㅇ: 'oO0〇○◯',
  ㅈ: 'ス',
  ㅋ: 'ヲ',
  ㅌ: 'E',
  ㅏ: 'r卜ト',
  ㅐ: 'H',
  ㅗ: '丄⊥┴',
  ㅜ: 'T丅┬',
  ㅠ: 'πΠ',
  ㅡ: '-_ー一—―─━',
  ㅣ: 'lI1i|!丨⎜⎟⎢⎥⎪⎮',
};

export const hangulLookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([jamo, looks]) =>
    [...looks].map((look) => [look, jamo] as const),
  ),
);
