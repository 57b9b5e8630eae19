/** The choice that measures highest, each tried once in the order given. */
export async function bestOf<Choice>(
  choices: readonly Choice[],
  measure: (choice: Choice) => Promise<number>,
): Promise<Choice> {
  let best: { choice: Choice; value: number } | undefined;
  for (const choice of choices) {
    const value = await measure(choice);
    if (best === undefined || value > best.value) best = { choice, value };
  }
  if (best === undefined) throw new Error('nothing to choose from');
  return best.choice;
}
