import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idText, time, whole } from '../db/index.ts';

/** A person follows a seller. */
@Entity('follows')
@Index('ux_follows_pair', ['sellerId', 'userId'], { unique: true })
@Index('ix_follows_user', ['userId', 'id'])
@Index('ix_follows_seller', ['sellerId', 'id'])
export class FollowRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  sellerId: string;
  /** The follower. */
  @Column(idText())
  userId: string;
  @Column(time())
  followedAt: number;
}

/** How many follow a seller. Whoever changes the seller's follows holds this row's lock. */
@Entity('follower_counts')
export class FollowerCountRow {
  @PrimaryColumn(idText())
  sellerId: string;
  @Column(whole())
  followers: number;
}

/** Rows of this domain. */
export const followsEntities = [FollowRow, FollowerCountRow];
