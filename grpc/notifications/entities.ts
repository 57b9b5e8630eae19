import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time } from '../db/index.ts';
import { SealedColumn } from '../vault/index.ts';
import type { MailTemplate } from './templates.ts';

/** A mail to send. */
@Entity('mails')
@Index('ix_mails_user', ['userId', 'id'])
export class MailRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(30))
  template: MailTemplate;
  /** Address and content, sealed; null once it was sent or is not needed any more. */
  @SealedColumn({ nullable: true })
  sealed: string | null;
  @Column(time())
  createdAt: number;
  /** After that nobody needs it. */
  @Column(time())
  expiresAt: number;
  @Column({ type: 'integer' })
  attempts: number;
  @Column(nullable(time()))
  sentAt: number | null;
  @Column(nullable(humanText(500)))
  lastError: string | null;
}

/** Rows of this domain. */
export const notificationsEntities = [MailRow];
