import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, shortText, time } from '../db/index.ts';

/** Audit: who read which personal data of whom, and why. Rows are only ever added, and forgotten
 * after PERSONAL_DATA_READ_DAYS. */
@Entity('personal_data_reads')
@Index('ix_personal_data_reads_user', ['userId', 'id'])
@Index('ix_personal_data_reads_by', ['readBy', 'id'])
@Index('ix_personal_data_reads_at', ['readAt'])
export class PersonalDataReadRow {
  @PrimaryColumn(idText())
  id: string;
  /** A user id, or `service:` and its name. */
  @Column(shortText(40))
  readBy: string;
  /** Whose data it is. */
  @Column(idText())
  userId: string;
  /** Names of what was shown, by comma. */
  @Column(shortText(200))
  fields: string;
  /** The action that showed it, e.g. `users.getUser`. */
  @Column(shortText(60))
  source: string;
  @Column(humanText(500))
  reason: string;
  @Column(time())
  readAt: number;
}

/** Rows of this domain. */
export const privacyEntities = [PersonalDataReadRow];
