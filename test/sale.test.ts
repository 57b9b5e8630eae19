import { play } from '../demo/play.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';

describeInBothModes('a whole sale', (mode) => {
  let onair: Onair;
  beforeAll(async () => {
    onair = await startOnair(mode, { env: { PAYMENT_DEADLINE_SECONDS: '10' } });
  });
  afterAll(() => onair.stop());

  it('sells exactly the units there are, and every screen and every book agrees', async () => {
    const { apiUrls, realtimeUrls, sandboxUrl, admin } = onair;
    const silent = { step: () => undefined, update: () => undefined };
    const { report, notes } = await play(
      { viewers: 60, buyers: 50, units: 20, quitters: 4, secondWave: 8, chatPerSecond: 20 },
      {
        apiUrl: apiUrls[0] ?? '',
        realtimeUrls,
        sandboxUrl,
        adminEmail: admin.email,
        adminPassword: admin.password,
        stop: async () => undefined,
      },
      silent,
    );
    expect(notes.filter((note) => note.startsWith('BROKEN'))).toEqual([]);
    expect(report).toMatchObject({
      viewers: 60,
      units: 20,
      sold: 20,
      oversold: 0,
      duplicates: 0,
      chatMissed: 0,
      chatRepeated: 0,
      invariants: 'ok',
    });
    expect(report.chatSent).toBeGreaterThan(0);
  });
});
