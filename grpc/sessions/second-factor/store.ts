import type { EpochMs } from '../../../common/clock.ts';
import type { Reader, Tx } from '../../db/index.ts';
import type { LoginChallengeRow, RecoveryCodeRow, TotpFactorRow } from './entities.ts';

/** The factor of an account, confirmed or not. */
export function findFactor(reader: Reader, userId: string): Promise<TotpFactorRow | undefined> {
  return reader.row<TotpFactorRow>('SELECT * FROM totp_factors WHERE userId = ?', [userId]);
}

/** Recovery codes of an account that are left. */
export async function countRecoveryCodes(reader: Reader, userId: string): Promise<number> {
  const rows = await reader.rows<Pick<RecoveryCodeRow, 'codeHash'>>(
    'SELECT codeHash FROM recovery_codes WHERE userId = ? AND usedAt IS NULL',
    [userId],
  );
  return rows.length;
}

/** Puts a factor that is yet to be confirmed in the place of one that never was. */
export async function replaceFactor(
  tx: Tx,
  factor: Pick<TotpFactorRow, 'userId' | 'sealedSecret' | 'createdAt'>,
): Promise<void> {
  await tx.execute('DELETE FROM totp_factors WHERE userId = ?', [factor.userId]);
  await tx.insert('totp_factors', [{ ...factor, confirmedAt: null, lastStep: 0 }]);
}

/** Turns a factor on, with the recovery codes that go with it, for the session that did so. */
export async function enableFactor(
  tx: Tx,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
  codeHashes: readonly string[],
  now: EpochMs,
): Promise<void> {
  await tx.execute('UPDATE totp_factors SET confirmedAt = ? WHERE userId = ?', [now, userId]);
  await tx.execute('DELETE FROM recovery_codes WHERE userId = ?', [userId]);
  await tx.insert(
    'recovery_codes',
    codeHashes.map((codeHash) => ({ userId, codeHash, createdAt: now, usedAt: null })),
  );
  await tx.execute('UPDATE sessions SET secondFactorAt = ? WHERE id = ?', [now, sessionId]);
}

/** Takes the factor of an account away; its sessions count as opened without one. */
export async function dropFactor(tx: Tx, userId: string): Promise<void> {
  await tx.execute('DELETE FROM totp_factors WHERE userId = ?', [userId]);
  await tx.execute('DELETE FROM recovery_codes WHERE userId = ?', [userId]);
  await tx.execute('UPDATE sessions SET secondFactorAt = NULL WHERE userId = ?', [userId]);
}

/** Uses a time step up; false when it, or a later one, was used before. */
export async function spendStep(tx: Tx, factor: TotpFactorRow, step: number): Promise<boolean> {
  const spent = await tx.execute(
    'UPDATE totp_factors SET lastStep = ? WHERE userId = ? AND createdAt = ? AND lastStep < ?',
    [step, factor.userId, factor.createdAt, step],
  );
  return spent === 1;
}

/** Uses a recovery code up; false when there is none such, or it was used before. */
export async function spendRecoveryCode(
  tx: Tx,
  userId: string,
  codeHash: string,
  now: EpochMs,
): Promise<boolean> {
  const spent = await tx.execute(
    'UPDATE recovery_codes SET usedAt = ? WHERE userId = ? AND codeHash = ? AND usedAt IS NULL',
    [now, userId, codeHash],
  );
  return spent === 1;
}

/** A challenge by what is kept of it, locked inside of a transaction. */
export function findChallenge(
  reader: Reader,
  challengeHash: string,
  lock = '',
): Promise<LoginChallengeRow | undefined> {
  return reader.row<LoginChallengeRow>(
    `SELECT * FROM login_challenges WHERE challengeHash = ?${lock}`,
    [challengeHash],
  );
}
