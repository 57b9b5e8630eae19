import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';

/** Whether a poll takes votes; a closed one never does again. */
export const pollStatuses = ['open', 'closed'] as const;
export type PollStatus = (typeof pollStatuses)[number];

/** The polls of one broadcast. Whoever opens or closes one holds this row's lock. */
@Entity('poll_desks')
export class PollDeskRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Of the newest poll. */
  @Column(whole())
  lastOrdinal: number;
  @Column(nullable(idText()))
  openPollId: string | null;
}

/** A poll. Whoever counts votes holds this row's lock. */
@Entity('polls')
@Index('ux_polls_ordinal', ['broadcastId', 'ordinal'], { unique: true })
export class PollRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  broadcastId: string;
  /** Position among the broadcast's polls, from 1. */
  @Column(whole())
  ordinal: number;
  @Column(humanText(200))
  question: string;
  /** Whether a vote may choose several options. */
  @Column(whole())
  multiple: number;
  /** Whether votes are kept back until it is closed. */
  @Column(whole())
  hidesResults: number;
  @Column(shortText(10))
  status: PollStatus;
  @Column(time())
  openedAt: number;
  /** From when on it takes no votes; null if someone has to close it. */
  @Column(nullable(time()))
  endsAt: number | null;
  @Column(nullable(time()))
  closedAt: number | null;
  /** People who voted. */
  @Column(whole())
  voters: number;
  /** Grows with every change. */
  @Column(whole())
  version: number;
}

/** One of the answers to choose from. */
@Entity('poll_options')
export class PollOptionRow {
  @PrimaryColumn(idText())
  pollId: string;
  /** From 0. */
  @PrimaryColumn(whole())
  position: number;
  @Column(humanText(100))
  text: string;
  /** Rows of poll_votes that name it. */
  @Column(whole())
  votes: number;
}

/** One option that a voter chose; a vote for several is as many rows. Rows are never changed. */
@Entity('poll_votes')
export class PollVoteRow {
  @PrimaryColumn(idText())
  pollId: string;
  @PrimaryColumn(idText())
  userId: string;
  @PrimaryColumn(whole())
  position: number;
  /** The request that cast the vote: asked again, it is answered and not counted. */
  @Column(shortText(64))
  requestId: string;
  @Column(time())
  votedAt: number;
}

/** What happened to a poll: opened, or closed by someone, by its time, or with its broadcast. */
export type PollAction = 'opened' | 'closed' | 'expired' | 'ended';

/** Audit: who did what. Rows are only ever added. */
@Entity('poll_history')
@Index('ix_poll_history_poll', ['pollId', 'id'])
export class PollHistoryRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  pollId: string;
  @Column(shortText(10))
  action: PollAction;
  /** A user id, or `system`. */
  @Column(idText())
  actor: string;
  @Column(time())
  at: number;
}

export const pollsEntities = [PollDeskRow, PollRow, PollOptionRow, PollVoteRow, PollHistoryRow];
