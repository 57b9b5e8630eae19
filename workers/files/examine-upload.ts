import type { PurposeRules, StoredType } from '../../common/files/index.ts';
import { drawPortrait, measurePicture } from './pictures.ts';

/** Why an upload is no good. */
export type Flaw = 'wrong_type' | 'unreadable' | 'too_many_pixels';

/** What is to be kept of an upload. */
export interface Examined {
  readonly bytes: Buffer;
  readonly contentType: StoredType;
  /** Pixels; 0 for what is no picture. */
  readonly width: number;
  readonly height: number;
}

/**
 * Looks at what was uploaded: by its bytes, whatever anyone said of them. Pictures are decoded as a
 * whole, since a good beginning says nothing of the rest.
 * @throws DrawingTimeout when drawing takes too long, which may be the picture's fault or ours
 */
export async function examineUpload(
  bytes: Buffer,
  contentType: StoredType,
  { types, treatment }: PurposeRules,
): Promise<Examined | Flaw> {
  const isAllowed = types.some((type) => type === contentType);
  if (!isAllowed || typeOf(bytes) !== contentType) return 'wrong_type';
  if (contentType === 'application/pdf') {
    return isWholePdf(bytes) ? { bytes, contentType, width: 0, height: 0 } : 'unreadable';
  }
  if (treatment === 'portrait') return drawPortrait(bytes);
  const size = await measurePicture(bytes);
  return typeof size === 'string' ? size : { bytes, contentType, ...size };
}

const signatures: readonly (readonly [StoredType, Buffer])[] = [
  ['image/png', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ff', 'hex')],
  ['application/pdf', Buffer.from('%PDF-')],
];

/** The type that the first bytes tell. */
function typeOf(bytes: Buffer): StoredType | undefined {
  return signatures.find(([, first]) => bytes.subarray(0, first.length).equals(first))?.[0];
}

/** Whether a document ends as PDF documents do (ISO 32000-1, 7.5.5). Nothing in it is opened. */
function isWholePdf(bytes: Buffer): boolean {
  return bytes.subarray(-1_024).includes('%%EOF');
}
