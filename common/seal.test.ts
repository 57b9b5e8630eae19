import { createSealer } from './seal.ts';

const sealer = createSealer('a secret', 'tests');

it.each(['', '안녕하세요', 'x'.repeat(10_000)])('what was sealed can be opened: %#', (text) => {
  expect(sealer.open(sealer.seal(text))).toBe(text);
});

it('the same text is sealed differently each time', () => {
  expect(sealer.seal('text')).not.toBe(sealer.seal('text'));
});

it('it stays shut for another secret, for another purpose, and when it was changed', () => {
  const sealed = sealer.seal('text');
  expect(createSealer('another secret', 'tests').open(sealed)).toBeUndefined();
  expect(createSealer('a secret', 'other tests').open(sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64url');
  for (let i = 0; i < bytes.length; i += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
    expect(sealer.open(changed.toString('base64url'))).toBeUndefined();
  }
  expect(sealer.open('')).toBeUndefined();
});
