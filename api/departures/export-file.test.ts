import { text } from 'node:stream/consumers';
import { openExportFile } from './export-file.ts';

/** Services with so many pages of each section; counts what was asked for. */
function services(pages: number) {
  const asked: string[] = [];
  return {
    asked,
    departures: {
      beginExport: async () => ({ ticket: 't', sections: ['profile', 'empty', 'chatMessages'] }),
      async readExport({ section = '', after = '' }) {
        asked.push(`${section}:${after}`);
        if (section === 'empty') return { itemsJson: [], nextAfter: '' };
        const page = Number(after === '' ? 0 : after);
        const last = section === 'profile' || page + 1 >= pages;
        const itemsJson = [0, 1].map((i) => JSON.stringify({ n: page * 2 + i, text: '",]}' }));
        return { itemsJson, nextAfter: last ? '' : String(page + 1) };
      },
    },
  };
}

describe('the file of one’s own data', () => {
  it('is one JSON object with a list for each section', async () => {
    const { departures } = services(3);
    const copy = JSON.parse(await text(await openExportFile(departures, 'password')));
    expect(Object.keys(copy)).toEqual(['exportedAt', 'profile', 'empty', 'chatMessages']);
    expect(copy.empty).toEqual([]);
    expect(copy.chatMessages.map(({ n }: { n: number }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('asks for no page before its reader wants it', async () => {
    const { departures, asked } = services(100_000);
    const file = await openExportFile(departures, 'password');
    expect(asked).toEqual([]);
    for await (const chunk of file) if (String(chunk).includes('"n":20,')) break;
    expect(asked.length).toBeLessThan(2_000);
  });

  it('is cut off, not made whole, when a page fails', async () => {
    const { departures } = services(3);
    const failing = {
      ...departures,
      readExport: async () => Promise.reject(new Error('the services are away')),
    };
    const file = await openExportFile(failing, 'password');
    await expect(text(file)).rejects.toThrow('the services are away');
  });
});
