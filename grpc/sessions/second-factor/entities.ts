import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idText, nullable, shortText, time, whole } from '../../db/index.ts';
import { SealedColumn } from '../../vault/index.ts';

/** What an authenticator app of someone shares with us (RFC 6238). */
@Entity('totp_factors')
export class TotpFactorRow {
  @PrimaryColumn(idText())
  userId: string;
  /** Base 32, sealed in the vault. */
  @SealedColumn()
  sealedSecret: string;
  @Column(time())
  createdAt: number;
  /** Null until a first code proved that the app has it; it counts from then on. */
  @Column(nullable(time()))
  confirmedAt: number | null;
  /** Time step of the newest code that was used: none is used twice. */
  @Column(whole())
  lastStep: number;
}

/** A code for when the app is lost. The code itself is nowhere in the database. */
@Entity('recovery_codes')
export class RecoveryCodeRow {
  @PrimaryColumn(idText())
  userId: string;
  /** SHA-256, base64url. */
  @PrimaryColumn(shortText(43))
  codeHash: string;
  @Column(time())
  createdAt: number;
  @Column(nullable(time()))
  usedAt: number | null;
}

/** A log-in that waits for its second factor. */
@Entity('login_challenges')
@Index('ix_login_challenges_user', ['userId'])
@Index('ix_login_challenges_expires', ['expiresAt'])
export class LoginChallengeRow {
  /** SHA-256, base64url. */
  @PrimaryColumn(shortText(43))
  challengeHash: string;
  @Column(idText())
  userId: string;
  @Column(time())
  createdAt: number;
  @Column(time())
  expiresAt: number;
  /** Wrong codes so far. */
  @Column({ type: 'integer' })
  failures: number;
  @Column(nullable(time()))
  usedAt: number | null;
}

/** Rows of second factors. */
export const secondFactorEntities = [TotpFactorRow, RecoveryCodeRow, LoginChallengeRow];
