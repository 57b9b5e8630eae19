import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';

/** The questions of one broadcast. Whoever changes any of them holds this row's lock. */
@Entity('question_boards')
export class QuestionBoardRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Questions that everyone sees and that are not answered. */
  @Column(whole())
  openCount: number;
  @Column(nullable(idText()))
  pinnedId: string | null;
  @Column(nullable(time()))
  pinnedAt: number | null;
  /** Grows with every change that rooms show. */
  @Column(whole())
  version: number;
}

/** A question of a viewer. */
@Entity('questions')
@Index('ix_questions_newest', ['broadcastId', 'id'])
@Index('ix_questions_votes', ['broadcastId', 'votes', 'id'])
@Index('ix_questions_asker', ['broadcastId', 'userId', 'askedAt'])
@Index('ux_questions_request', ['broadcastId', 'userId', 'requestId'], { unique: true })
export class QuestionRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  broadcastId: string;
  /** Who asks. */
  @Column(idText())
  userId: string;
  /** Name shown. */
  @Column(humanText(80))
  name: string;
  /** The asker's own id of it: asked twice, it is stored once. */
  @Column(shortText(64))
  requestId: string;
  @Column(humanText(200))
  text: string;
  /** Whether only moderators see it. */
  @Column(whole())
  hidden: number;
  /** 1 if it was asked in the shadow: for its asker, and for those who keep order. */
  @Column({ ...whole(), default: 0 })
  shadowed: number;
  @Column(nullable(humanText(500)))
  answer: string | null;
  @Column(nullable(time()))
  answeredAt: number | null;
  /** Rows of question_votes that name it. */
  @Column(whole())
  votes: number;
  @Column(time())
  askedAt: number;
}

/** Someone who wants a question answered too. */
@Entity('question_votes')
export class QuestionVoteRow {
  @PrimaryColumn(idText())
  questionId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(time())
  votedAt: number;
}

/** What the host did with a question. */
export type QuestionAction = 'answered' | 'pinned' | 'unpinned' | 'hidden' | 'shown';

/** Audit: who did what. Rows are only ever added. */
@Entity('question_history')
@Index('ix_question_history_question', ['questionId', 'id'])
export class QuestionHistoryRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  questionId: string;
  @Column(shortText(10))
  action: QuestionAction;
  /** The answer as it was given; else empty. */
  @Column(humanText(500))
  detail: string;
  @Column(idText())
  actor: string;
  @Column(time())
  at: number;
}

export const questionsEntities = [
  QuestionBoardRow,
  QuestionRow,
  QuestionVoteRow,
  QuestionHistoryRow,
];
