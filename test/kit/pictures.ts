import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** A plain picture, 40 x 30 unless told. */
export function plainPicture(width = 40, height = 30) {
  return sharp({ create: { width, height, channels: 3, background: '#e11d48' } });
}

/**
 * A photo as a phone takes it: red above blue when it is held upright, stored lying on its side
 * with a note to turn it (orientation 6), and with the place where it was taken.
 */
export async function phonePhoto(): Promise<Buffer> {
  const blue = await sharp({
    create: { width: 450, height: 600, channels: 3, background: '#0000ff' },
  })
    .png()
    .toBuffer();
  const red = { create: { width: 900, height: 600, channels: 3, background: '#ff0000' } } as const;
  return sharp(red)
    .composite([{ input: blue, left: 450, top: 0 }])
    .withExif({
      IFD0: { Make: 'Onair', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 33/1 58/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

/** The same PNG with another size written in its header: a bomb, as far as anyone can tell. */
export function claimSize(png: Buffer, width: number, height: number): Buffer {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(width, 16);
  bomb.writeUInt32BE(height, 20);
  // IHDR is the first chunk: its type and 13 bytes of data, from byte 12, are what its CRC is of.
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}
