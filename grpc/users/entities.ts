import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../../common/auth/index.ts';
import { humanText, idText, nullable, shortText, time } from '../db/index.ts';
import { SealedColumn } from '../vault/index.ts';

/**
 * An account. All that tells who someone is stands in this table and in no other, but for people
 * who left: see RetainedIdentityRow.
 */
@Entity('users')
@Index('ux_users_email_key', ['emailKey'], { unique: true })
@Index('ix_users_phone_key', ['phoneKey'])
export class UserRow {
  @PrimaryColumn(idText())
  id: string;
  /** As given, but trimmed; sealed. In the clear in rows that were not sealed yet. */
  @SealedColumn()
  email: string;
  /** Blind index of the e-mail; of what is not sealed yet, see email.ts. */
  @Column(shortText(254))
  emailKey: string;
  /** argon2id in PHC form; null for an account that can't log in with a password. */
  @Column(nullable(shortText(200)))
  passwordHash: string | null;
  /** Shown to everyone in chat, so not sealed. */
  @Column(humanText(40))
  name: string;
  /** E.164, sealed, or empty. In the clear in rows that were not sealed yet. */
  @SealedColumn()
  phone: string;
  /** Blind index of the phone number, if there is one. */
  @Column(nullable(shortText(43)))
  phoneKey: string | null;
  @Column(time())
  createdAt: number;
  /** Language of mails; null is Korean. */
  @Column(nullable(shortText(2)))
  language: 'ko' | 'en' | null;
  @Column(nullable(time()))
  emailVerifiedAt: number | null;
  /** The terms agreed to last; all of them are in tos_agreements. */
  @Column(nullable(shortText(20)))
  tosVersion: string | null;
  @Column(nullable(time()))
  tosAgreedAt: number | null;
  /** Since when advertising may be sent; its history is in account_changes. */
  @Column(nullable(time()))
  marketingConsentAt: number | null;
  @Column(nullable(time()))
  suspendedAt: number | null;
  /** The picture that is shown, and the name of its object. */
  @Column(nullable(idText()))
  imageFileId: string | null;
  @Column(nullable(shortText(80)))
  imageName: string | null;
  /** The picture to show once it was found good. */
  @Column(nullable(idText()))
  nextImageFileId: string | null;
  /** When its owner left: nothing in this row tells any more who that was. */
  @Column(nullable(time()))
  erasedAt: number | null;
}

/** Who someone was that left, kept apart for as long as law wants it; see ARCHITECTURE.md. */
@Entity('retained_identities')
@Index('ix_retained_identities_until', ['keptUntil'])
export class RetainedIdentityRow {
  @PrimaryColumn(idText())
  userId: string;
  /** Name, e-mail and phone number as JSON, sealed. */
  @SealedColumn()
  sealed: string;
  @Column(time())
  erasedAt: number;
  @Column(time())
  keptUntil: number;
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

/** What was done to an account, beside its roles. */
export type AccountChangeKind =
  | 'suspended'
  | 'unsuspended'
  | 'email_verified'
  | 'password_reset'
  | 'password_changed'
  | 'email_changed'
  | 'social_linked'
  | 'social_unlinked'
  | 'bank_account_set'
  | 'bank_verified'
  | 'bank_failed'
  | 'erased'
  | 'identity_read'
  | 'identity_erased'
  | 'totp_enabled'
  | 'totp_disabled'
  | 'marketing_granted'
  | 'marketing_withdrawn';

/** Audit: what was done to an account, by whom and why. Rows are only ever added. */
@Entity('account_changes')
@Index('ix_account_changes_user', ['userId', 'id'])
export class AccountChangeRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(20))
  kind: AccountChangeKind;
  @Column(humanText(500))
  reason: string;
  /** A user id, or `system`. */
  @Column(idText())
  changedBy: string;
  @Column(time())
  changedAt: number;
}

/** What a link in a mail does. */
export type LinkKind = 'verify_email' | 'reset_password' | 'change_email';

/** A link that was mailed. Its token is nowhere in the database, but sealed in a mail not sent. */
@Entity('account_links')
@Index('ux_account_links_token', ['tokenHash'], { unique: true })
@Index('ix_account_links_user', ['userId', 'kind'])
export class AccountLinkRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(20))
  kind: LinkKind;
  /** SHA-256 of the token, base64url. */
  @Column(shortText(43))
  tokenHash: string;
  /** Blind index of the e-mail that it was sent to. */
  @Column(shortText(254))
  emailKey: string;
  /** Of a link that changes the e-mail: the new one as it was written, sealed. */
  @SealedColumn({ nullable: true })
  sealedEmail: string | null;
  @Column(time())
  createdAt: number;
  @Column(time())
  expiresAt: number;
}

/** A version of the terms of service. */
@Entity('terms')
@Index('ix_terms_effective', ['effectiveAt'])
export class TermsRow {
  @PrimaryColumn(shortText(20))
  version: string;
  @Column({ type: 'text' })
  textKo: string;
  @Column({ type: 'text' })
  textEn: string;
  @Column(time())
  effectiveAt: number;
  @Column(time())
  publishedAt: number;
  @Column(idText())
  publishedBy: string;
}

/** Who agreed to which terms when. Rows are only ever added. */
@Entity('tos_agreements')
export class TosAgreementRow {
  @PrimaryColumn(idText())
  userId: string;
  @PrimaryColumn(shortText(20))
  version: string;
  @Column(time())
  agreedAt: number;
}

/** Rows of this domain. */
export const usersEntities = [
  UserRow,
  RetainedIdentityRow,
  UserRoleRow,
  RoleChangeRow,
  AccountChangeRow,
  AccountLinkRow,
  TermsRow,
  TosAgreementRow,
];
