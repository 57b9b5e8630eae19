import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time } from '../db/index.ts';
import { SealedColumn } from '../vault/index.ts';
import { secondFactorEntities } from './second-factor/entities.ts';

/** Why a session ended before its time. */
export type SessionEnd =
  | 'logged_out'
  | 'token_reused'
  /** By its owner or an admin, from another session. */
  | 'revoked'
  | 'password_reset'
  | 'password_changed'
  | 'account_deleted'
  | 'role_taken'
  | 'suspended';

/** One log-in and all the tokens that followed from it. */
@Entity('sessions')
@Index('ix_sessions_user', ['userId', 'expiresAt'])
@Index('ix_sessions_ended', ['endedAt'])
export class SessionRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(time())
  createdAt: number;
  @Column(time())
  refreshedAt: number;
  /** When its newest refresh token stops working. */
  @Column(time())
  expiresAt: number;
  @Column(nullable(time()))
  endedAt: number | null;
  @Column(nullable(shortText(20)))
  endedBecause: SessionEnd | null;
  /** Of its last use; cut to what the column takes. */
  @Column(nullable(humanText(200)))
  userAgent: string | null;
  /** Of its last use, masked; see client-info.ts. */
  @Column(nullable(shortText(45)))
  address: string | null;
  /** When its owner showed a second factor; null if they never did. */
  @Column(nullable(time()))
  secondFactorAt: number | null;
}

/** A refresh token that was issued. The token itself is nowhere in the database. */
@Entity('refresh_tokens')
@Index('ix_refresh_tokens_session', ['sessionId', 'expiresAt'])
export class RefreshTokenRow {
  /** SHA-256 of the token, base64url. */
  @PrimaryColumn(shortText(43))
  tokenHash: string;
  @Column(idText())
  sessionId: string;
  @Column(time())
  createdAt: number;
  @Column(time())
  expiresAt: number;
  /** When it was traded for the next one; a token is traded at most once. */
  @Column(nullable(time()))
  tradedAt: number | null;
}

/** A key that signs access tokens. The key of TOKEN_PRIVATE_KEY is one too. */
@Entity('signing_keys')
export class SigningKeyRow {
  /** JWK thumbprint (RFC 7638). */
  @PrimaryColumn(shortText(43))
  kid: string;
  /** The public half, as JSON. */
  @Column(shortText(500))
  publicJwk: string;
  /** PKCS #8, sealed under the key of TOKEN_PRIVATE_KEY; null for that key itself. */
  @Column(nullable(shortText(1000)))
  sealedPrivateKey: string | null;
  @Column(time())
  createdAt: number;
  /** It signs from then until the next one does. */
  @Column(time())
  signsFrom: number;
  /** A user id, or `system`. */
  @Column(idText())
  createdBy: string;
  @Column(humanText(500))
  reason: string;
}

/** How an attempt to log in ended. */
export const loginOutcomes = [
  'opened',
  'bad_credentials',
  'suspended',
  'limited',
  'second_factor',
  'bad_code',
] as const;

/** One of {@link loginOutcomes}. */
export type LoginOutcome = (typeof loginOutcomes)[number];

/** How someone tried to prove who they are. */
export const loginMethods = ['password', 'kakao', 'x', 'totp', 'recovery'] as const;

/** One of {@link loginMethods}. */
export type LoginMethod = (typeof loginMethods)[number];

/** Audit: who tried to log in, from where. Rows are only ever added, and forgotten after 90 days. */
@Entity('login_attempts')
@Index('ix_login_attempts_user', ['userId', 'id'])
@Index('ix_login_attempts_address', ['address', 'id'])
@Index('ix_login_attempts_at', ['attemptedAt'])
export class LoginAttemptRow {
  @PrimaryColumn(idText())
  id: string;
  /** Null when the e-mail has no account. What was typed is not kept: it may be a password. */
  @Column(nullable(idText()))
  userId: string | null;
  /** Blind index of the address; the address itself in rows that were not sealed yet. */
  @Column(shortText(45))
  address: string;
  @SealedColumn({ nullable: true })
  sealedAddress: string | null;
  @Column(humanText(200))
  userAgent: string;
  @Column(shortText(20))
  outcome: LoginOutcome;
  /** Null is a password. */
  @Column(nullable(shortText(10)))
  method: LoginMethod | null;
  @Column(time())
  attemptedAt: number;
}

/** Rows of this domain. */
export const sessionsEntities = [
  SessionRow,
  RefreshTokenRow,
  SigningKeyRow,
  LoginAttemptRow,
  ...secondFactorEntities,
];
