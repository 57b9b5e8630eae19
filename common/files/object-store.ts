import type { EpochMs } from '../clock.ts';
import type { Config } from '../config.ts';

/**
 * Where an object lies. What comes from outside lies in quarantine, which nobody reads but the
 * workers; what they found good is public or private for ever.
 */
export type ObjectArea = 'quarantine' | 'public' | 'private';

/** A form that a client sends as `multipart/form-data`: these fields in any order, then `file`. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a form lets its bearer do. */
export interface UploadTerms {
  readonly contentType: string;
  /** Bytes at most; the store refuses more. */
  readonly maxBytes: number;
  readonly expiresAt: EpochMs;
}

/** How the bearer of a signed address may read. */
export interface ReadTerms {
  /** Seconds from now on. */
  readonly seconds: number;
  /** Name under which a browser saves it. */
  readonly saveAs: string;
}

/**
 * Keeps the bytes of files: S3, or a folder. Names in quarantine are ids of files; elsewhere
 * `<file id>/<digest>.<extension>`, so that what is under a name never changes. Failures of the
 * store itself are thrown as they come.
 */
export interface ObjectStore {
  /** A form that puts one object into quarantine, as often as its bearer likes until it expires. */
  signUpload(name: string, terms: UploadTerms): Promise<UploadForm>;
  /** An address at which a private object can be read for a while. */
  signRead(name: string, terms: ReadTerms): Promise<string>;
  /** The address of a public object. */
  publicUrl(name: string): string;
  /** Bytes of an object; undefined when it isn't there. */
  sizeOf(area: ObjectArea, name: string): Promise<number | undefined>;
  /** An object, or why there is none to speak of: it isn't there, or has more than `maxBytes`. */
  read(area: ObjectArea, name: string, maxBytes: number): Promise<Buffer | 'missing' | 'too_large'>;
  /** Puts an object in place, whole or not at all. */
  write(area: ObjectArea, name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Removes an object; none is fine. */
  remove(area: ObjectArea, name: string): Promise<void>;
  /** Removes everything that belongs to a file, in every area. */
  removeAll(fileId: string): Promise<void>;
  close(): void;
}

const fileId = /^fil_[0-9A-HJKMNP-TV-Z]{26}$/;
const storedName = /^fil_[0-9A-HJKMNP-TV-Z]{26}\/[0-9a-f]{32}\.(png|jpg|webp|pdf)$/;

/** The address of a public object. */
export function publicUrlOf({ FILES_URL }: Pick<Config, 'FILES_URL'>, name: string): string {
  return `${FILES_URL}/${name}`;
}

/** Whether a name is one that we give in that area. Nothing else is ever looked for. */
export function isObjectName(area: ObjectArea, name: string): boolean {
  return (area === 'quarantine' ? fileId : storedName).test(name);
}

/** @throws Error for a name that is none of ours */
export function requireObjectName(area: ObjectArea, name: string): void {
  if (!isObjectName(area, name)) throw new Error(`no name for an object in ${area}`);
}

/** @throws Error for what is no id of a file */
export function requireFileId(id: string): void {
  if (!fileId.test(id)) throw new Error('no id of a file');
}
