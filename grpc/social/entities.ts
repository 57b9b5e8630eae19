import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time } from '../db/index.ts';

/** Who keeps the account elsewhere. */
export const socialProviders = ['kakao', 'x'] as const;

/** One of {@link socialProviders}. */
export type SocialProviderName = (typeof socialProviders)[number];

/** An account elsewhere that opens an account here. Tokens of providers are kept nowhere. */
@Entity('social_accounts')
@Index('ux_social_accounts_subject', ['provider', 'subject'], { unique: true })
@Index('ux_social_accounts_user', ['userId', 'provider'], { unique: true })
export class SocialAccountRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(10))
  provider: SocialProviderName;
  /** The provider's own id of the person, which never changes. */
  @Column(shortText(100))
  subject: string;
  @Column(time())
  linkedAt: number;
  @Column(nullable(time()))
  lastUsedAt: number | null;
}

/** A login or link that was begun. Its secrets are nowhere in the database. */
@Entity('social_attempts')
@Index('ix_social_attempts_expires', ['expiresAt'])
export class SocialAttemptRow {
  /** SHA-256 of the state, base64url. */
  @PrimaryColumn(shortText(43))
  stateHash: string;
  /** SHA-256 of the nonce, base64url. */
  @Column(shortText(43))
  nonceHash: string;
  @Column(shortText(10))
  provider: SocialProviderName;
  /** Whose account it is to be linked to; null for a login. */
  @Column(nullable(idText()))
  userId: string | null;
  @Column(humanText(500))
  redirectUri: string;
  @Column(time())
  createdAt: number;
  @Column(time())
  expiresAt: number;
  /** Since when it is, or was, being finished. */
  @Column(nullable(time()))
  claimedAt: number | null;
}

/** Rows of this domain. */
export const socialEntities = [SocialAccountRow, SocialAttemptRow];
