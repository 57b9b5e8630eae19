import type { SharpOptions } from 'sharp';
import type { Examined, Flaw } from './examine-upload.ts';

/** Pixels of a picture at most: some 7,000 x 7,000. A bomb of a few kilobytes unpacks to billions. */
const maxPixels = 50_000_000;
/** Seconds that drawing a picture may take. */
const drawSeconds = 15;
/** Pixels of a portrait on each side. */
const portraitSize = 512;

/** Drawing took too long. */
export class DrawingTimeout extends Error {}

const options: SharpOptions = {
  limitInputPixels: maxPixels,
  failOn: 'error',
  sequentialRead: true,
};

/** How many pixels a picture has, once all of it was decoded. */
export function measurePicture(
  bytes: Buffer,
): Promise<{ readonly width: number; readonly height: number } | Flaw> {
  return decode(bytes, async (sharp, size) => {
    const thumbnail = sharp(bytes, options).timeout({ seconds: drawSeconds }).resize(16, 16);
    await thumbnail.raw().toBuffer();
    return size;
  });
}

/**
 * A square WebP of the middle of a picture, upright, in sRGB, with nothing in it but pixels: no
 * place, no camera, no time.
 */
export function drawPortrait(bytes: Buffer): Promise<Examined | Flaw> {
  return decode(bytes, async (sharp) => {
    const portrait = sharp(bytes, { ...options, autoOrient: true })
      .timeout({ seconds: drawSeconds })
      .resize(portraitSize, portraitSize, { fit: 'cover' })
      .webp({ quality: 82 });
    const size = { width: portraitSize, height: portraitSize };
    return { bytes: await portrait.toBuffer(), contentType: 'image/webp' as const, ...size };
  });
}

type Sharp = typeof import('sharp').default;

/** Loaded when the first picture comes: it brings a library of its own that most suites don't need. */
async function loadSharp(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // A picture is drawn once, so there is nothing to remember, and on one thread: how many are drawn
  // at once is for whoever asks to say.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

async function decode<Result>(
  bytes: Buffer,
  work: (sharp: Sharp, size: { width: number; height: number }) => Promise<Result>,
): Promise<Result | Flaw> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > maxPixels) return 'too_many_pixels';
    return await work(sharp, { width, height });
  } catch (error) {
    if (/timeout/i.test(String(error))) throw new DrawingTimeout();
    return 'unreadable';
  }
}
