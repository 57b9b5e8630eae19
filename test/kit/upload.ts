/** A form as getTextureUploadUrl and createUpload answer it. */
interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Sends a form as a browser does: its fields, then the bytes. */
export async function sendForm(form: Form, bytes: Uint8Array, type = ''): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', new Blob([new Uint8Array(bytes)], { type }), 'whatever.bin');
  return fetch(form.url, { method: 'POST', body });
}
