import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { unwrap } from '../api/client/index.ts';
import { describeOnSqlite } from './kit/databases.ts';
import { type Filing, startFiling, type Uploader, uploaderPassword } from './kit/filing.ts';
import { claimSize, phonePhoto, plainPicture } from './kit/pictures.ts';
import { type S3, startS3 } from './kit/s3.ts';
import { until } from './kit/until.ts';
import { sendForm } from './kit/upload.ts';

type Purpose = 'texture' | 'profile_image' | 'business_document';
type Type = 'image/png' | 'image/jpeg' | 'application/pdf';

const minuteMs = 60_000;
const largest = 10 * 1024 * 1024;
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

describe.each(['disk', 's3'] as const)('files, in a store on %s', (store) => {
  describeOnSqlite('through REST', (open) => {
    let s3: S3 | undefined;
    let filing: Filing;
    let owner: Uploader;
    let stranger: Uploader;
    let png: Buffer;
    let jpeg: Buffer;

    beforeAll(async () => {
      s3 = store === 's3' ? await startS3() : undefined;
      filing = await startFiling(await open(), s3?.settings ?? {});
      [owner, stranger] = [await filing.makeUploader('owner'), await filing.makeUploader('other')];
      [png, jpeg] = [await plainPicture().png().toBuffer(), await plainPicture().jpeg().toBuffer()];
    });
    afterAll(async () => {
      await filing.stop();
      await s3?.stop();
    });

    const begin = (purpose: Purpose = 'texture', contentType: Type = 'image/png', as = owner) =>
      unwrap(as.api.POST('/v1/files', { body: { purpose, contentType } }));
    const complete = (fileId: string, as = owner) =>
      as.api.POST('/v1/files/{fileId}/complete', { params: { path: { fileId } } });
    const ask = (fileId: string, as = owner) =>
      as.api.GET('/v1/files/{fileId}', { params: { path: { fileId } } });
    const read = (fileId: string, as = owner) => unwrap(ask(fileId, as));
    const me = () => unwrap(owner.api.GET('/v1/me'));
    const showImage = (fileId: string, key: string = randomUUID()) =>
      owner.api.PUT('/v1/me/profile-image', {
        body: { fileId },
        params: { header: { 'Idempotency-Key': key } },
      });
    const statusOf = async (url: string | null) => (await fetch(url ?? '')).status;

    /** Uploads by a form and says so, without anyone looking at it yet. */
    async function put(bytes: Buffer, purpose: Purpose = 'texture', type: Type = 'image/png') {
      const form = await begin(purpose, type);
      expect((await sendForm(form, bytes)).status).toBe(204);
      await unwrap(complete(form.fileId));
      return form;
    }
    async function upload(bytes: Buffer, purpose: Purpose = 'texture', type: Type = 'image/png') {
      const { fileId } = await put(bytes, purpose, type);
      await filing.work();
      return read(fileId);
    }
    const quarantined = (fileId: string) => filing.objects.sizeOf('quarantine', fileId);

    it('a texture is uploaded, looked at and public, byte by byte', async () => {
      const form = await unwrap(
        owner.api.POST('/v1/texture-uploads', { body: { contentType: 'image/png' } }),
      );
      expect(form.maxBytes).toBe(largest);
      expect(await read(form.fileId)).toMatchObject({ state: 'pending', url: null });
      expect((await sendForm(form, png)).status).toBe(204);
      expect(await unwrap(complete(form.fileId))).toMatchObject({ state: 'checking', url: null });
      await filing.work();
      const file = await read(form.fileId);
      expect(file).toMatchObject({
        ...{ state: 'ready', purpose: 'texture', contentType: 'image/png', width: 40, height: 30 },
        ...{ size: png.length, ownerId: owner.userId, attached: false, urlExpiresAt: null },
      });
      const served = await fetch(file.url ?? '');
      expect(served.headers.get('content-type')).toBe('image/png');
      expect(served.headers.get('cache-control')).toContain('immutable');
      expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true);
      expect(await quarantined(form.fileId)).toBeUndefined();
      expect(await unwrap(complete(form.fileId))).toMatchObject({ state: 'ready', url: file.url });
    });

    it('the store takes nothing but what the form was signed for', async () => {
      const form = await begin();
      const other = await begin();
      const changed = (fields: Record<string, string>) => ({
        ...form,
        fields: { ...form.fields, ...fields },
      });
      const key = other.fields.key ?? '';
      for (const one of [
        changed({ 'Content-Type': 'text/html' }),
        changed({ key }),
        changed(
          store === 's3' ? policyOf(other.fields, 'Policy') : policyOf(other.fields, 'policy'),
        ),
        changed({ acl: 'public-read' }),
        { ...form, fields: {} },
      ]) {
        expect((await sendForm(one, png)).status).toBe(403);
      }
      expect(await quarantined(form.fileId)).toBeUndefined();
      expect(await quarantined(other.fileId)).toBeUndefined();
      expect((await complete(form.fileId)).error?.code).toBe('FILE_NOT_UPLOADED');
    });

    it('the store takes a form until its time is over', async () => {
      const { fileId } = await begin();
      const terms = { contentType: 'image/png', maxBytes: 1_000_000 };
      const form = await filing.objects.signUpload(fileId, {
        ...terms,
        expiresAt: filing.now() + 1_000,
      });
      await until('the form is too old', async () => (await sendForm(form, png)).status === 403);
    });

    it('the store takes up to 10 MB, neither more nor nothing', async () => {
      const form = await begin();
      const tooLarge = await sendForm(form, Buffer.alloc(largest + 1));
      expect(tooLarge.status).toBe(store === 's3' ? 400 : 413);
      expect((await sendForm(form, Buffer.alloc(0))).status).toBe(400);
      expect(await quarantined(form.fileId)).toBeUndefined();
      expect((await sendForm(form, Buffer.alloc(largest))).status).toBe(204);
      expect(await quarantined(form.fileId)).toBe(largest);
    });

    it('a file that is too large is rejected even if the store took it', async () => {
      const form = await begin();
      await filing.objects.write('quarantine', form.fileId, Buffer.alloc(largest + 1), 'image/png');
      await unwrap(complete(form.fileId));
      await filing.work();
      expect(await read(form.fileId)).toMatchObject({ rejectReason: 'too_large', url: null });
      expect(await quarantined(form.fileId)).toBeUndefined();
    });

    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    it.each<[string, () => Buffer, Purpose, Type, string]>([
      ['a JPEG that says PNG', () => jpeg, 'texture', 'image/png', 'wrong_type'],
      ['a PNG that says JPEG', () => png, 'profile_image', 'image/jpeg', 'wrong_type'],
      ['a drawing with a script', () => script, 'texture', 'image/png', 'wrong_type'],
      ['half a PNG', () => png.subarray(0, png.length / 2), 'texture', 'image/png', 'unreadable'],
      [
        'half a JPEG',
        () => jpeg.subarray(0, jpeg.length / 2),
        'profile_image',
        'image/jpeg',
        'unreadable',
      ],
      ['a bomb', () => claimSize(png, 50_000, 50_000), 'texture', 'image/png', 'too_many_pixels'],
      ['a PNG that says PDF', () => png, 'business_document', 'application/pdf', 'wrong_type'],
      [
        'half a PDF',
        () => pdf.subarray(0, 20),
        'business_document',
        'application/pdf',
        'unreadable',
      ],
    ])('%s is rejected and gone', async (_what, bytes, purpose, type, rejectReason) => {
      const file = await upload(bytes(), purpose, type);
      expect(file).toMatchObject({ state: 'rejected', rejectReason, url: null, size: 0 });
      expect(await quarantined(file.id)).toBeUndefined();
      expect((await complete(file.id)).data).toMatchObject({ state: 'rejected' });
    });

    it('is nobody else’s to complete, read or show', async () => {
      const form = await begin('profile_image');
      await sendForm(form, png);
      expect((await complete(form.fileId, stranger)).error?.code).toBe('FILE_NOT_FOUND');
      expect((await ask(form.fileId, stranger)).error?.code).toBe('FILE_NOT_FOUND');
      await unwrap(complete(form.fileId));
      await filing.work();
      const theft = await stranger.api.PUT('/v1/me/profile-image', { body: form });
      expect(theft.error?.code).toBe('INVALID_ARGUMENT');
      const body = { fileId: form.fileId };
      const again = await stranger.api.PUT('/v1/me/profile-image', { body });
      expect(again.error?.code).toBe('FILE_NOT_FOUND');
    });

    it('a private document is read by a signed address and in no other way', async () => {
      const file = await upload(pdf, 'business_document', 'application/pdf');
      expect(file).toMatchObject({ state: 'ready', contentType: 'application/pdf', width: 0 });
      expect(Date.parse(file.urlExpiresAt ?? '')).toBeGreaterThan(filing.now());
      const served = await fetch(file.url ?? '');
      expect(Buffer.from(await served.arrayBuffer()).equals(pdf)).toBe(true);
      expect(served.headers.get('content-disposition')).toMatch(/^attachment/);
      expect((await ask(file.id, stranger)).error?.code).toBe('FILE_NOT_FOUND');
      const path = new URL(file.url ?? '').pathname.split('/').slice(-2).join('/');
      expect(await statusOf(`${filing.config.FILES_URL}/${path}`)).toBe(404);
    });

    it('a private document is shown to an admin who says why', async () => {
      const admin = await filing.makeUploader('admin', 'admin');
      const { id: fileId } = await upload(pdf, 'business_document', 'application/pdf');
      const { error } = await ask(fileId, admin);
      expect(error?.code).toBe('INVALID_ARGUMENT');
      const query = { reason: '서류 심사' };
      const file = await unwrap(
        admin.api.GET('/v1/files/{fileId}', { params: { path: { fileId }, query } }),
      );
      expect(await statusOf(file.url)).toBe(200);
      const { items } = await unwrap(
        admin.api.GET('/v1/personal-data-reads', { params: { query: { userId: owner.userId } } }),
      );
      expect(items).toMatchObject([{ readBy: admin.userId, source: 'files.getFile', ...query }]);
    });

    it('looked at twice at once, it is one file with one object', async () => {
      const form = await put(png);
      const payload = { fileId: form.fileId, purpose: 'texture', contentType: 'image/png' };
      await Promise.all([1, 2, 3].map(() => filing.run('files.check', payload)));
      const { url, state } = await read(form.fileId);
      expect({ state, status: await statusOf(url) }).toEqual({ state: 'ready', status: 200 });
      await filing.work();
      await filing.run('files.check', payload);
      expect(await read(form.fileId)).toMatchObject({ state: 'ready', url });
    });

    it('killed between putting it in place and saying so, the check ends well the next time', async () => {
      const form = await put(png);
      const payload = { fileId: form.fileId, purpose: 'texture', contentType: 'image/png' };
      await expect(filing.run('files.check', payload, { cutOff: true })).rejects.toThrow();
      expect(await read(form.fileId)).toMatchObject({ state: 'checking', url: null });
      await filing.work();
      const file = await read(form.fileId);
      expect({ ...file, status: await statusOf(file.url) }).toMatchObject({
        ...{ state: 'ready', status: 200 },
      });
    });

    it('a form that is used again changes nothing that was looked at, and leaves nothing', async () => {
      const form = await put(png);
      await filing.work();
      const { url } = await read(form.fileId);
      const other = await plainPicture(8, 8).png().toBuffer();
      expect((await sendForm(form, other)).status).toBe(204);
      const payload = { fileId: form.fileId, purpose: 'texture', contentType: 'image/png' };
      await filing.run('files.check', payload);
      expect(await read(form.fileId)).toMatchObject({ url, width: 40 });
      expect(Buffer.from(await (await fetch(url ?? '')).arrayBuffer()).equals(png)).toBe(true);
      expect(await quarantined(form.fileId)).toBe(other.length);
      filing.pass(20 * minuteMs);
      await filing.work();
      expect(await quarantined(form.fileId)).toBeUndefined();
    });

    it('an upload that nobody completes expires, and is gone', async () => {
      const form = await begin();
      await sendForm(form, png);
      filing.pass(21 * minuteMs);
      await filing.sweep();
      expect(await read(form.fileId)).toMatchObject({ state: 'expired', url: null });
      expect(await quarantined(form.fileId)).toBeUndefined();
      expect((await complete(form.fileId)).error?.code).toBe('INVALID_STATE');
    });

    it('what nothing uses is gone after a day, what is used stays', async () => {
      const [used, lost] = [await upload(png), await upload(png)];
      const wanted = { fileId: used.id, ownerId: owner.userId, purpose: 'texture' } as const;
      await filing.db.transaction((tx) => filing.context.files.attachIn(tx, [wanted]));
      filing.pass(24 * 60 * minuteMs);
      await filing.sweep();
      expect(await read(lost.id)).toMatchObject({ state: 'expired', url: null });
      expect(await read(used.id)).toMatchObject({ state: 'ready', attached: true });
      expect([await statusOf(used.url), await statusOf(lost.url)]).toEqual([200, 404]);
    });

    it('everything of an account goes with it', async () => {
      const file = await upload(png);
      const document = await upload(pdf, 'business_document', 'application/pdf');
      await filing.db.transaction((tx) => filing.context.files.deleteAllOfIn(tx, owner.userId));
      await filing.work();
      expect((await ask(file.id)).error?.code).toBe('FILE_NOT_FOUND');
      expect([await statusOf(file.url), await statusOf(document.url)]).toEqual([404, 404]);
    });

    it('who leaves takes their picture and documents along', async () => {
      const stayer = owner;
      owner = await filing.makeUploader('leaver');
      const picture = await upload(png, 'profile_image');
      await unwrap(showImage(picture.id));
      const document = await upload(pdf, 'business_document', 'application/pdf');
      await owner.api.POST('/v1/me/deletion', { body: { password: uploaderPassword } });
      await filing.work();
      expect([await statusOf(picture.url), await statusOf(document.url)]).toEqual([404, 404]);
      owner = stayer;
    });

    describe('a profile image', () => {
      it('is a square WebP, upright, without place, camera or time', async () => {
        const photo = await phonePhoto();
        const { exif } = await sharp(photo).metadata();
        expect(exif?.includes(Buffer.from('Onair'))).toBe(true);
        // The tag that says where the picture was taken, in either order of bytes.
        const gps = [Buffer.from('8825', 'hex'), Buffer.from('2588', 'hex')];
        expect(gps.some((tag) => exif?.includes(tag))).toBe(true);

        const file = await upload(photo, 'profile_image', 'image/jpeg');
        expect(file).toMatchObject({ contentType: 'image/webp', width: 512, height: 512 });
        expect(await unwrap(showImage(file.id))).toMatchObject({ imageUrl: file.url });
        expect((await me()).imageUrl).toBe(file.url);
        const shown = Buffer.from(await (await fetch(file.url ?? '')).arrayBuffer());
        const now = await sharp(shown).metadata();
        expect(now).toMatchObject({ format: 'webp', width: 512, height: 512 });
        expect([now.exif, now.xmp, now.iptc, now.orientation]).toEqual(Array(4).fill(undefined));
        const { data } = await sharp(shown).raw().toBuffer({ resolveWithObject: true });
        const [upper, lower] = [100, 400].map((row) => [
          ...data.subarray(row * 512 * 3).subarray(0, 3),
        ]);
        expect(upper?.[0]).toBeGreaterThan(200);
        expect(lower?.[2]).toBeGreaterThan(200);
      });

      it('that is still looked at is shown as soon as it was found good', async () => {
        const before = (await me()).imageUrl;
        const form = await put(png, 'profile_image');
        expect(await unwrap(showImage(form.fileId))).toMatchObject({ imageUrl: before });
        await filing.work();
        const file = await read(form.fileId);
        expect(file).toMatchObject({ state: 'ready', attached: true });
        expect((await me()).imageUrl).toBe(file.url);
        expect(await statusOf(before)).toBe(404);
      });

      it('that turns out to be none leaves the one before it', async () => {
        const before = (await me()).imageUrl;
        const form = await put(jpeg, 'profile_image');
        await unwrap(showImage(form.fileId));
        await filing.work();
        expect((await me()).imageUrl).toBe(before);
        expect(await statusOf(before)).toBe(200);
        expect((await showImage(form.fileId)).error?.code).toBe('FILE_NOT_READY');
      });

      it('is the one that was chosen last, whichever was found good first', async () => {
        const [first, second] = [await put(png, 'profile_image'), await put(png, 'profile_image')];
        await unwrap(showImage(first.fileId));
        await unwrap(showImage(second.fileId));
        await filing.work();
        expect((await me()).imageUrl).toBe((await read(second.fileId)).url);
        expect((await ask(first.fileId)).error?.code).toBe('FILE_NOT_FOUND');
      });

      it('must be one: not pending, not of another purpose', async () => {
        expect((await showImage((await begin('profile_image')).fileId)).error?.code).toBe(
          'FILE_NOT_READY',
        );
        expect((await showImage((await upload(png)).id)).error?.code).toBe('FILE_WRONG_PURPOSE');
      });

      it('is set once for a request, at once too, and none of the others is left', async () => {
        const file = await upload(png, 'profile_image');
        const key = randomUUID();
        const answers = await Promise.all([1, 2, 3].map(() => unwrap(showImage(file.id, key))));
        for (const { imageUrl } of answers) expect(imageUrl).toBe(file.url);
        const others = [
          await upload(png, 'profile_image'),
          await upload(png, 'profile_image'),
          await upload(png, 'profile_image'),
        ];
        await Promise.all(others.map(({ id }) => unwrap(showImage(id))));
        await filing.work();
        const { imageUrl } = await me();
        const statuses = await Promise.all(others.map(({ url }) => statusOf(url)));
        expect(statuses.toSorted()).toEqual([200, 404, 404]);
        expect(await statusOf(imageUrl)).toBe(200);
        expect(await statusOf(file.url)).toBe(404);
      });

      it('is removed with what was to become it, and again changes nothing', async () => {
        const before = (await me()).imageUrl;
        const next = await put(png, 'profile_image');
        await unwrap(showImage(next.fileId));
        for (let i = 0; i < 2; i += 1) {
          const user = await unwrap(owner.api.DELETE('/v1/me/profile-image'));
          expect(user.imageUrl).toBeNull();
        }
        await filing.work();
        expect((await me()).imageUrl).toBeNull();
        expect(await statusOf(before)).toBe(404);
        expect((await ask(next.fileId)).error?.code).toBe('FILE_NOT_FOUND');
      });
    });
  });
});

function policyOf(fields: Readonly<Record<string, string>>, name: string) {
  return { [name]: fields[name] ?? '' };
}
