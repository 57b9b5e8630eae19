/** What a file is for. */
export type FilePurpose = 'texture' | 'profile_image' | 'business_document';

/** A media type that someone may upload. */
export type UploadType = 'image/png' | 'image/jpeg' | 'application/pdf';

/** What holds for the files of a purpose. */
export interface PurposeRules {
  /** What may be uploaded. */
  readonly types: readonly UploadType[];
  /** Bytes of an upload at most. */
  readonly maxBytes: number;
  /** Whether anyone who has the address may read it, or only its owner and admins for a while. */
  readonly area: 'public' | 'private';
  /** Kept byte by byte, or made anew as a square picture without anything but pixels. */
  readonly treatment: 'keep' | 'portrait';
}

const images = ['image/png', 'image/jpeg'] as const;
const tenMegabytes = 10 * 1024 * 1024;

/** The rules of each purpose. */
export const purposeRules: Readonly<Record<FilePurpose, PurposeRules>> = {
  texture: { types: images, maxBytes: tenMegabytes, area: 'public', treatment: 'keep' },
  profile_image: { types: images, maxBytes: tenMegabytes, area: 'public', treatment: 'portrait' },
  business_document: {
    types: [...images, 'application/pdf'],
    maxBytes: tenMegabytes,
    area: 'private',
    treatment: 'keep',
  },
};

/** Every purpose. */
export const filePurposes = [
  'texture',
  'profile_image',
  'business_document',
] as const satisfies readonly FilePurpose[];

/** Every media type that may be uploaded for some purpose. */
export const uploadTypes = [
  'image/png',
  'image/jpeg',
  'application/pdf',
] as const satisfies readonly UploadType[];

/** Endings of the names under which files are kept, by media type. */
export const extensionByType = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
} as const;

/** A media type that a file may have once it was looked at. */
export type StoredType = keyof typeof extensionByType;

/** Every one of them. */
export const storedTypes = ['image/png', 'image/jpeg', 'image/webp', 'application/pdf'] as const;
