import type { EpochMs } from '../../common/clock.ts';
import { type FilePurpose, type ObjectStore, purposeRules } from '../../common/files/index.ts';
import type { FileRow, FileState, RejectReason } from './entities.ts';

/** A file. */
export interface StoredFile {
  readonly id: string;
  readonly ownerId: string;
  readonly purpose: FilePurpose;
  readonly state: FileState;
  readonly contentType: string;
  /** Bytes; 0 until it is ready. */
  readonly size: number;
  /** SHA-256, hexadecimal; empty until it is ready. */
  readonly checksum: string;
  /** Pixels; 0 for what is no picture. */
  readonly width: number;
  readonly height: number;
  /** Where anyone may read it; undefined for a private file, and until it is ready. */
  readonly publicUrl: string | undefined;
  /** Name of its object; undefined until it is ready. */
  readonly objectName: string | undefined;
  readonly rejectReason: RejectReason | undefined;
  readonly attached: boolean;
  readonly createdAt: EpochMs;
}

/** A row as a file. */
export function toStoredFile(row: FileRow, objects: ObjectStore): StoredFile {
  const { id, ownerId, purpose, state, contentType, createdAt } = row;
  const objectName = row.objectName ?? undefined;
  const isPublic = purposeRules[purpose].area === 'public';
  return {
    ...{ id, ownerId, purpose, state, contentType, createdAt, objectName },
    size: row.size ?? 0,
    checksum: row.checksum ?? '',
    width: row.width ?? 0,
    height: row.height ?? 0,
    publicUrl: isPublic && objectName !== undefined ? objects.publicUrl(objectName) : undefined,
    rejectReason: row.rejectReason ?? undefined,
    attached: row.attachedAt !== null,
  };
}
