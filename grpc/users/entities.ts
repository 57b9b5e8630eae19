import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../../common/auth/index.ts';
import { humanText, idText, nullable, shortText, time } from '../db/index.ts';

/** An account. All that tells who someone is stands in this table and in no other. */
@Entity('users')
@Index('ux_users_email_key', ['emailKey'], { unique: true })
export class UserRow {
  @PrimaryColumn(idText())
  id: string;
  /** As given, but trimmed. */
  @Column(humanText(254))
  email: string;
  /** What makes an e-mail the same as another; see email.ts. */
  @Column(shortText(254))
  emailKey: string;
  /** argon2id in PHC form; null for an account that can't log in with a password. */
  @Column(nullable(shortText(200)))
  passwordHash: string | null;
  @Column(humanText(40))
  name: string;
  /** As given, or empty. */
  @Column(humanText(32))
  phone: string;
  @Column(time())
  createdAt: number;
}

/** A role that an account holds. */
@Entity('user_roles')
@Index('ix_user_roles_role', ['role', 'userId'])
export class UserRoleRow {
  @PrimaryColumn(idText())
  userId: string;
  @PrimaryColumn(shortText(20))
  role: Role;
  @Column(time())
  grantedAt: number;
}

/** Audit: who gave or took a role, and why. Rows are only ever added. */
@Entity('role_changes')
@Index('ix_role_changes_user', ['userId', 'id'])
export class RoleChangeRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(20))
  role: Role;
  @Column(shortText(10))
  kind: 'granted' | 'revoked';
  @Column(humanText(500))
  reason: string;
  /** A user id, or `system`. */
  @Column(idText())
  changedBy: string;
  @Column(time())
  changedAt: number;
}

/** Why a session ended before its time. */
export type SessionEnd = 'logged_out' | 'token_reused';

/** One log-in and all the tokens that followed from it. */
@Entity('sessions')
@Index('ix_sessions_user', ['userId', 'expiresAt'])
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

/** Rows of this domain. */
export const usersEntities = [UserRow, UserRoleRow, RoleChangeRow, SessionRow, RefreshTokenRow];
