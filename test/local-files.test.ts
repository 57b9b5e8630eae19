import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { unwrap } from '../api/client/index.ts';
import { createFormSigner, purposeRules } from '../common/files/index.ts';
import { newId } from '../common/ids.ts';
import { describeOnSqlite } from './kit/databases.ts';
import { type Filing, filingSecret, startFiling, type Uploader } from './kit/filing.ts';
import { until } from './kit/until.ts';
import { sendForm } from './kit/upload.ts';

const boundary = 'the-boundary';
const type = `multipart/form-data; boundary=${boundary}`;

/** A part of a form as it travels. */
const part = (name: string, value: string, more = '') =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const filePart = (value: string) => part('file', value, '; filename="a.png"');
const end = `--${boundary}--\r\n`;

describeOnSqlite('the store on disk, and forms and addresses of any kind', (open) => {
  let filing: Filing;
  let owner: Uploader;
  beforeAll(async () => {
    filing = await startFiling(await open());
    owner = await filing.makeUploader('owner');
  });
  afterAll(() => filing.stop());

  const begin = () =>
    unwrap(owner.api.POST('/v1/texture-uploads', { body: { contentType: 'image/png' } }));
  const fieldsOf = (form: { fields: Readonly<Record<string, string>> }) =>
    Object.entries(form.fields).map(([name, value]) => part(name, value));
  const post = (body: string, contentType = type) =>
    fetch(`${filing.config.FILES_URL}/uploads`, {
      method: 'POST',
      body,
      headers: { 'content-type': contentType },
    });
  const codeOf = async (response: Response) =>
    z.object({ code: z.string() }).parse(await response.json()).code;
  const folder = () => join(filing.config.DATA_DIR, 'files', 'quarantine');
  const stored = (): string[] => {
    try {
      return readdirSync(folder());
    } catch {
      return [];
    }
  };
  const sign = (name: string, inMs = 60_000) =>
    createFormSigner(filingSecret).sign({
      ...{ name, contentType: 'image/png', maxBytes: 10 },
      expiresAt: Date.now() + inMs,
    });

  it('takes the first file of a form with all fields before it', async () => {
    const form = await begin();
    const body = [...fieldsOf(form), filePart('one'), filePart('two'), part('x', 'y'), end];
    expect((await post(body.join(''))).status).toBe(204);
    expect(readFileSync(join(folder(), form.fileId), 'utf8')).toBe('one');
  });

  it('takes no file that comes before what it is signed with', async () => {
    const form = await begin();
    const answer = await post([filePart('one'), ...fieldsOf(form), end].join(''));
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'UPLOAD_REFUSED']);
    expect(stored()).not.toContain(form.fileId);
  });

  it.each<[string, (fields: string[]) => string[], number, string]>([
    [
      'a field that comes twice',
      (f) => [...f, f[0] ?? '', filePart('x'), end],
      403,
      'UPLOAD_REFUSED',
    ],
    [
      'a field of no use',
      (f) => [...f, part('acl', 'x'), filePart('x'), end],
      403,
      'UPLOAD_REFUSED',
    ],
    [
      'a field of a megabyte',
      (f) => [...f, part('x', 'y'.repeat(1e6)), filePart('x'), end],
      403,
      'UPLOAD_REFUSED',
    ],
    [
      'a thousand fields',
      (f) => [
        ...Array.from({ length: 1_000 }, (_, i) => part(`n${i}`, '')),
        ...f,
        filePart('x'),
        end,
      ],
      400,
      'MALFORMED_REQUEST',
    ],
    ['no file', (f) => [...f, end], 400, 'MALFORMED_REQUEST'],
    ['an empty file', (f) => [...f, filePart(''), end], 400, 'INVALID_ARGUMENT'],
    ['no end', (f) => [...f, filePart('x')], 400, 'MALFORMED_REQUEST'],
    ['nothing', () => [], 400, 'MALFORMED_REQUEST'],
  ])('refuses a form with %s, and keeps nothing', async (_what, toBody, status, code) => {
    const form = await begin();
    const answer = await post(toBody(fieldsOf(form)).join(''));
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
    expect(stored().filter((name) => name.startsWith(form.fileId))).toEqual([]);
  });

  it.each([
    ['multipart/form-data', 400],
    ['application/json', 415],
    ['text/plain', 415],
  ])('takes no form that says it is %s', async (contentType, status) => {
    expect((await post('{}', contentType)).status).toBe(status);
  });

  it.each(['../../keys/service-secret', '..', 'fil_1', '/etc/passwd', ''])(
    'takes nothing under the name %j, whoever signed it',
    async (name) => {
      const before = stored();
      const url = `${filing.config.FILES_URL}/uploads`;
      const form = await begin();
      const changed = { url, fields: { ...form.fields, key: name } };
      expect((await sendForm(changed, Buffer.from('x'))).status).toBe(403);
      const answer = await sendForm({ url, fields: sign(name) }, Buffer.from('x'));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(stored()).toEqual(before);
    },
  );

  it('takes a form until its time is over, and only what it allows', async () => {
    const url = `${filing.config.FILES_URL}/uploads`;
    const late = await sendForm({ url, fields: sign(newId('fil'), -1) }, Buffer.from('x'));
    expect([late.status, await codeOf(late)]).toEqual([403, 'UPLOAD_REFUSED']);
    const name = newId('fil');
    expect((await sendForm({ url, fields: sign(name) }, Buffer.alloc(11))).status).toBe(413);
    expect(stored()).not.toContain(name);
    expect((await sendForm({ url, fields: sign(name) }, Buffer.alloc(10))).status).toBe(204);
    const forged = createFormSigner('another secret').sign({
      ...{ name, contentType: 'image/png', maxBytes: 10, expiresAt: Date.now() + 60_000 },
    });
    expect((await sendForm({ url, fields: forged }, Buffer.from('x'))).status).toBe(403);
  });

  it('stops a body that never ends at what the largest file may have', async () => {
    const form = await begin();
    const url = new URL(`${filing.config.FILES_URL}/uploads`);
    let sent = 0;
    const status = await new Promise<number>((resolve, reject) => {
      const upload = request(url, { method: 'POST', headers: { 'content-type': type } });
      upload.once('response', (response) => {
        resolve(response.statusCode ?? 0);
        upload.destroy();
      });
      upload.once('error', reject);
      upload.write([...fieldsOf(form), filePart('').slice(0, -2)].join(''));
      const chunk = Buffer.alloc(256 * 1024);
      const pump = () => {
        if (upload.destroyed) return;
        sent += chunk.length;
        upload.write(chunk, () => setImmediate(pump));
      };
      pump();
    });
    expect(status).toBe(413);
    // What was on its way when the answer came counts too.
    expect(sent).toBeLessThan(purposeRules.texture.maxBytes * 3);
    expect(stored().filter((name) => name.startsWith(form.fileId))).toEqual([]);
  });

  it('keeps nothing of a form whose sender goes away', async () => {
    const form = await begin();
    const { hostname, port } = new URL(filing.config.FILES_URL);
    const socket = connect(Number(port), hostname);
    const head = `POST /files/uploads HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\n`;
    socket.write(`${head}content-length: 1000000\r\n\r\n`);
    socket.write([...fieldsOf(form), filePart('x'.repeat(100_000))].join(''));
    const own = () => stored().filter((name) => name.startsWith(form.fileId));
    await until('the file has begun to come in', () => own().length === 1);
    socket.destroy();
    await until('nothing of it is left', () => own().length === 0);
  });

  it.each([
    '/files/..%2f..%2fkeys/service-secret',
    '/files/%2e%2e/%2e%2e/keys/service-secret',
    '/files/private/..%2f..%2fkeys/service-secret?expires=1&signature=x',
    '/files/quarantine/x',
    '/files/public/fil_00000000000000000000000000',
    `/files/${newId('fil')}/${'0'.repeat(32)}.png`,
    `/files/${newId('fil')}/..%2f..%2f..%2fkeys%2fservice-secret`,
  ])('serves nothing at %s', async (path) => {
    const { hostname, port } = new URL(filing.config.FILES_URL);
    // Not by fetch, which would tidy the path up.
    const status = await new Promise<number>((resolve, reject) => {
      request({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .once('error', reject)
        .end();
    });
    expect([403, 404]).toContain(status);
  });

  it('hands out a private file at the address that was signed, while it is good', async () => {
    const fileId = newId('fil');
    const name = `${fileId}/${'a'.repeat(32)}.pdf`;
    await filing.objects.write('private', name, Buffer.from('%PDF-'), 'application/pdf');
    const saveAs = 'document.pdf';
    const url = await filing.objects.signRead(name, { seconds: 60, saveAs });
    const served = await fetch(url);
    expect([served.status, await served.text()]).toEqual([200, '%PDF-']);
    expect(served.headers.get('cache-control')).toBe('private, no-store');
    const old = await filing.objects.signRead(name, { seconds: -1, saveAs });
    const longer = url.replace(/expires=\d+/, `expires=${Date.now() + 1e9}`);
    const other = url.replace('a'.repeat(32), 'b'.repeat(32));
    for (const wrong of [old, longer, other, url.split('?')[0] ?? '', url.slice(0, -1)]) {
      expect((await fetch(wrong)).status).toBe(403);
    }
  });
});
