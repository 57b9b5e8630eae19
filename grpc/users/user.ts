import type { Role } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import type { Language } from '../../common/errors/index.ts';

/** An account as its owner sees it. */
export interface User {
  readonly id: string;
  /** As given, but trimmed. */
  readonly email: string;
  readonly name: string;
  /** E.164, or empty. */
  readonly phone: string;
  /** Roles held, in the order of `roles` in common/auth. */
  readonly roles: readonly Role[];
  readonly createdAt: EpochMs;
  readonly language: Language;
  readonly emailVerifiedAt: EpochMs | undefined;
  /** The terms of service agreed to last. */
  readonly tos: { readonly version: string; readonly agreedAt: EpochMs } | undefined;
  /** Since when advertising may be sent. */
  readonly marketingConsentAt: EpochMs | undefined;
  readonly suspended: boolean;
  /** When its owner left; nothing else is known of it then. */
  readonly erasedAt: EpochMs | undefined;
  /** Where the picture is, if there is one; anyone may read it. */
  readonly imageUrl: string | undefined;
}
