import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { FilePurpose, StoredType } from '../../common/files/index.ts';
import { idText, nullable, shortText, time, whole } from '../db/index.ts';

/** Where a file stands. */
export const fileStates = ['pending', 'checking', 'ready', 'rejected', 'expired'] as const;

/** One of {@link fileStates}. */
export type FileState = (typeof fileStates)[number];

/** Why a file was rejected. */
export const rejectReasons = [
  'missing',
  'too_large',
  'wrong_type',
  'unreadable',
  'too_many_pixels',
] as const;

/** One of {@link rejectReasons}. */
export type RejectReason = (typeof rejectReasons)[number];

/** A file that someone uploads. Its bytes are in the object store. */
@Entity('files')
@Index('ix_files_owner', ['ownerId', 'id'])
@Index('ix_files_sweep', ['sweepAt'])
export class FileRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  ownerId: string;
  @Column(shortText(20))
  purpose: FilePurpose;
  @Column(shortText(10))
  state: FileState;
  /** As said by the owner; once it is ready, of what is kept. */
  @Column(shortText(40))
  contentType: StoredType;
  /** Of what is kept, in the area of its purpose; this and the next four once it is ready. */
  @Column(nullable(shortText(80)))
  objectName: string | null;
  @Column(nullable(whole()))
  size: number | null;
  /** SHA-256, hexadecimal. */
  @Column(nullable(shortText(64)))
  checksum: string | null;
  @Column({ type: 'integer', nullable: true })
  width: number | null;
  @Column({ type: 'integer', nullable: true })
  height: number | null;
  @Column(nullable(shortText(20)))
  rejectReason: RejectReason | null;
  @Column(time())
  createdAt: number;
  /** Until when the store takes the upload. */
  @Column(time())
  uploadUntil: number;
  /** Since when something uses it. */
  @Column(nullable(time()))
  attachedAt: number | null;
  /** When it ends by itself, or is forgotten; null for a file in use. */
  @Column(nullable(time()))
  sweepAt: number | null;
}

/** Rows of this domain. */
export const filesEntities = [FileRow];
