/** A mail as its reader sees it. */
export interface ReadMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Reads a mail as it was sent: headers, and its parts as text and as HTML (RFC 2045, RFC 2047). */
export function readMail(raw: string): ReadMail {
  const { headers, body } = split(raw);
  const boundary = /boundary="?([^";\r\n]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1);
  const partOf = (type: string) => {
    for (const part of parts) {
      const read = split(part.replace(/^\r?\n/, ''));
      if (!(read.headers.get('content-type') ?? '').startsWith(type)) continue;
      return decode(read.body, read.headers.get('content-transfer-encoding') ?? '');
    }
    return '';
  };
  const header = (name: string) => decodeWords(headers.get(name) ?? '');
  return {
    messageId: header('message-id'),
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    text: partOf('text/plain'),
    html: partOf('text/html'),
  };
}

/** The token of the link in a mail, and the page that it leads to. */
export function linkIn(mail: ReadMail): { readonly page: string; readonly token: string } {
  const [, page = '', token = ''] = /(https?:\S+)#token=([\w-]+)/.exec(mail.text) ?? [];
  return { page, token };
}

function split(raw: string): { readonly headers: Map<string, string>; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = raw.slice(0, end?.index ?? raw.length).replace(/\r?\n[ \t]+/g, ' ');
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end === null ? '' : raw.slice(end.index + end[0].length) };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? decodeQuoted(body.replace(/=\r?\n/g, '')) : body;
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([\dA-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );
}
