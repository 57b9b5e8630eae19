import { InvalidArgument } from '../../common/errors/index.ts';

/** One field of a request that is wrong. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** Fields named in one refusal; more would only make a large answer of a large wrong request. */
const maxErrors = 20;

/** The request has the wrong shape; says where. */
export class FieldErrors extends InvalidArgument {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const named = errors.slice(0, maxErrors);
    super(named.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.errors = named;
  }
}
