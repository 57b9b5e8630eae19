import { Readable } from 'node:stream';
import type { Clients } from '../../common/rpc/clients.ts';

/**
 * A person's own data as one JSON object, a list for each section. Each page is a call of its own,
 * made when the reader is ready for it, so no memory grows with what there is.
 * @throws DomainError what BeginExport refuses, before the file begins; what fails later cuts it
 */
export async function openExportFile(
  departures: Pick<Clients['departures'], 'beginExport' | 'readExport'>,
  password: string,
): Promise<Readable> {
  const { ticket, sections } = await departures.beginExport({ password });
  return Readable.from(partsOf(departures, ticket, sections), { objectMode: false });
}

async function* partsOf(
  departures: Pick<Clients['departures'], 'readExport'>,
  ticket: string,
  sections: readonly string[],
): AsyncGenerator<string> {
  yield `{"exportedAt":${JSON.stringify(new Date().toISOString())}`;
  for (const section of sections) {
    yield `,\n${JSON.stringify(section)}:[`;
    yield* itemsOf(departures, ticket, section);
    yield ']';
  }
  yield '}\n';
}

async function* itemsOf(
  departures: Pick<Clients['departures'], 'readExport'>,
  ticket: string,
  section: string,
): AsyncGenerator<string> {
  let separator = '';
  let after = '';
  do {
    const page = await departures.readExport({ ticket, section, after });
    if (page.itemsJson.length > 0) yield `${separator}\n${page.itemsJson.join(',\n')}`;
    if (page.itemsJson.length > 0) separator = ',';
    after = page.nextAfter;
  } while (after !== '');
}
