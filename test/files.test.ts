import sharp from 'sharp';
import { unwrap } from '../api/client/index.ts';
import { purposeRules } from '../common/files/index.ts';
import { describeOnSqlite } from './kit/databases.ts';
import { type Filing, startFiling, type Uploader } from './kit/filing.ts';
import { type S3, startS3 } from './kit/s3.ts';
import { sendForm } from './kit/upload.ts';

const stores = ['disk', 's3'] as const;

describe.each(stores)('files, in a store on %s', (store) => {
  describeOnSqlite('through REST', (open) => {
    let s3: S3 | undefined;
    let filing: Filing;
    let owner: Uploader;
    let png: Buffer;
    let jpeg: Buffer;

    beforeAll(async () => {
      s3 = store === 's3' ? await startS3() : undefined;
      filing = await startFiling(await open(), s3?.settings ?? {});
      owner = await filing.makeUploader('owner');
      const picture = sharp({
        create: { width: 40, height: 30, channels: 3, background: '#e11d48' },
      });
      png = await picture.png().toBuffer();
      jpeg = await picture.jpeg().toBuffer();
    });
    afterAll(async () => {
      await filing.stop();
      await s3?.stop();
    });

    const begin = async (contentType: 'image/png' | 'image/jpeg' = 'image/png') =>
      unwrap(owner.api.POST('/v1/texture-uploads', { body: { contentType } }));
    const complete = (fileId: string, as = owner) =>
      as.api.POST('/v1/files/{fileId}/complete', { params: { path: { fileId } } });
    const read = (fileId: string, as = owner) =>
      unwrap(as.api.GET('/v1/files/{fileId}', { params: { path: { fileId } } }));

    async function upload(bytes: Buffer, contentType: 'image/png' | 'image/jpeg' = 'image/png') {
      const form = await begin(contentType);
      expect((await sendForm(form, bytes)).status).toBe(204);
      await unwrap(complete(form.fileId));
      await filing.work();
      return read(form.fileId);
    }

    it('a texture is uploaded, looked at and public, byte by byte', async () => {
      const form = await begin();
      expect(form.maxBytes).toBe(10 * 1024 * 1024);
      expect(await read(form.fileId)).toMatchObject({ state: 'pending', url: null });
      expect((await sendForm(form, png)).status).toBe(204);
      expect(await unwrap(complete(form.fileId))).toMatchObject({ state: 'checking', url: null });
      await filing.work();
      const file = await read(form.fileId);
      expect(file).toMatchObject({
        state: 'ready',
        ...{ purpose: 'texture', contentType: 'image/png', width: 40, height: 30 },
        ...{ size: png.length, ownerId: owner.userId, attached: false, urlExpiresAt: null },
      });
      const served = await fetch(file.url ?? '');
      expect(served.headers.get('content-type')).toBe('image/png');
      expect(served.headers.get('cache-control')).toContain('immutable');
      expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true);
    });

    it('a JPEG that says it is a PNG is rejected and gone', async () => {
      const file = await upload(jpeg, 'image/png');
      expect(file).toMatchObject({ state: 'rejected', rejectReason: 'wrong_type', url: null });
      expect(await filing.objects.sizeOf('quarantine', file.id)).toBeUndefined();
    });

    it('has rules', () => {
      expect(purposeRules.texture.maxBytes).toBe(10_485_760);
    });
  });
});
