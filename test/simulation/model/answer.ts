/** What a caller was told in the end. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: string;
      readonly details: Readonly<Record<string, string>>;
    };

/** A refusal that the model expects; the details that it names must be those of the answer. */
export interface Refusal {
  readonly code: string;
  readonly details?: Readonly<Record<string, string>>;
}

export function refusal(code: string, details?: Readonly<Record<string, string>>): Refusal {
  return details === undefined ? { code } : { code, details };
}

/** Why an answer is not the one that the model expects; undefined if it is. */
export function mismatch(answer: Answer, expected: Refusal | undefined): string | undefined {
  if (expected === undefined) {
    return answer.ok ? undefined : `refused ${said(answer)}, should be accepted`;
  }
  if (answer.ok) return `accepted, should be refused ${JSON.stringify(expected)}`;
  const details = Object.entries(expected.details ?? {});
  const same =
    answer.code === expected.code && details.every(([name, text]) => answer.details[name] === text);
  return same ? undefined : `refused ${said(answer)}, should be ${JSON.stringify(expected)}`;
}

/** A refusal in words that are equal for equal refusals. */
export function said(answer: Answer): string {
  return answer.ok ? 'ok' : `${answer.code} ${JSON.stringify(answer.details)}`;
}

/** A text field of an answer's value. */
export function textOf(answer: Answer, name: string): string {
  const value: unknown =
    answer.ok && typeof answer.value === 'object' && answer.value !== null
      ? Reflect.get(answer.value, name)
      : undefined;
  return typeof value === 'string' ? value : '';
}
