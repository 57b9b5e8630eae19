import { createHash } from 'node:crypto';
import { verifySync } from 'otplib';
import type { EpochMs } from '../../../common/clock.ts';
import { randomText } from '../../../common/ids.ts';
import type { Tx } from '../../db/index.ts';
import type { Vault } from '../../vault/index.ts';
import type { TotpFactorRow } from './entities.ts';
import { spendRecoveryCode, spendStep } from './store.ts';

/** Seconds that the clock of someone's phone may be off. */
const toleranceSeconds = 30;
const recoveryCodes = 10;
/** 80 bits: nobody guesses one, however fast the hash is. */
const recoveryLength = 16;

/** What a code would use up. */
export type CodeClaim =
  | { readonly kind: 'totp'; readonly factor: TotpFactorRow; readonly step: number }
  | { readonly kind: 'recovery'; readonly userId: string; readonly codeHash: string };

/** Seals a secret for the row of an account. */
export function sealSecret(vault: Vault, userId: string, secret: string): string {
  return vault.seal(secret, cellOf(userId));
}

/**
 * Reads a code of the app, or a recovery code; undefined when it is neither. Whether it was used
 * before is for `spendIn` to say.
 */
export async function readCode(
  vault: Vault,
  factor: TotpFactorRow,
  code: string,
  now: EpochMs,
): Promise<CodeClaim | undefined> {
  const plain = code.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (!/^\d{6}$/.test(plain)) {
    return { kind: 'recovery', userId: factor.userId, codeHash: hashOf(plain) };
  }
  await vault.ready(factor.sealedSecret);
  const secret = vault.open(factor.sealedSecret, cellOf(factor.userId));
  const epoch = Math.floor(now / 1_000);
  const read = verifySync({ secret, token: plain, epoch, epochTolerance: toleranceSeconds });
  if (!read.valid || !('timeStep' in read)) return undefined;
  return { kind: 'totp', factor, step: read.timeStep };
}

/** Uses a code up; false when it was used before, or is none. Of many at once one succeeds. */
export async function spendIn(
  tx: Tx,
  claim: CodeClaim | undefined,
  now: EpochMs,
): Promise<boolean> {
  if (claim === undefined) return false;
  return claim.kind === 'totp'
    ? spendStep(tx, claim.factor, claim.step)
    : spendRecoveryCode(tx, claim.userId, claim.codeHash, now);
}

/** New recovery codes, as people see them and as they are kept. */
export function makeRecoveryCodes(): {
  readonly shown: readonly string[];
  readonly hashes: readonly string[];
} {
  const plain = Array.from({ length: recoveryCodes }, () => randomText(recoveryLength));
  return {
    shown: plain.map((code) => code.match(/.{4}/g)?.join('-') ?? code),
    hashes: plain.map(hashOf),
  };
}

/** SHA-256, base64url. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function cellOf(userId: string) {
  return { table: 'totp_factors', column: 'sealedSecret', id: userId };
}
