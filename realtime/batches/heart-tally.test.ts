import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { hireSeller, type Services, startServices } from '../../test/kit/services.ts';
import { until } from '../../test/kit/until.ts';
import { createHeartTally } from './heart-tally.ts';

describe('the hearts of a process', () => {
  let services: Services;
  let seller: Actor;
  const log = silentLogger();
  beforeAll(async () => {
    services = await startServices();
    seller = await hireSeller(services);
  });
  afterAll(() => services.stop());

  async function onAir(): Promise<string> {
    const { broadcasts } = services.clients.as({ actor: seller });
    const { id: broadcastId } = await broadcasts.createBroadcast({
      requestId: newId('req'),
      title: '라이브',
    });
    await broadcasts.startBroadcast({ requestId: newId('req'), broadcastId });
    return broadcastId;
  }

  const heartsOf = async (broadcastId: string) => {
    const { reactions } = services.clients.as({ actor: { kind: 'anonymous' } });
    return (await reactions.getReactions({ broadcastId })).hearts;
  };

  it('are reported within seconds, summed by broadcast', async () => {
    const tally = createHeartTally({ clients: services.clients, log });
    const ids = [await onAir(), await onAir()] as const;
    for (let i = 0; i < 1_000; i += 1) tally.add(ids[i % 2 === 0 ? 0 : 1], 1 + (i % 2));
    await until('all are counted', async () => (await heartsOf(ids[1])) === 1_000);
    expect(await heartsOf(ids[0])).toBe(500);
    await tally.drain();
  });

  it('are all counted, once, when the process ends', async () => {
    const tally = createHeartTally({ clients: services.clients, log });
    const id = await onAir();
    tally.add(id, 3);
    await Promise.all([tally.drain(), tally.drain()]);
    expect(await heartsOf(id)).toBe(3);
  });

  it('are kept while the services are down, and counted once when they are back', async () => {
    const tally = createHeartTally({ clients: services.clients, log });
    const id = await onAir();
    tally.add(id, 5);
    // Whether a report under way was counted when its answer is lost, nobody here knows.
    const draining = tally.drain();
    services.goDown();
    await draining;
    tally.add(id, 7);
    await tally.drain();
    await services.comeUp();
    tally.add(id, 1);
    await until('all are counted', async () => (await heartsOf(id)) === 13);
    await tally.drain();
    expect(await heartsOf(id)).toBe(13);
  });

  it('for a broadcast that is not there are dropped, and hold up nobody', async () => {
    const tally = createHeartTally({ clients: services.clients, log });
    const id = await onAir();
    tally.add(newId('brc'), 5);
    tally.add(id, 2);
    await tally.drain();
    expect(await heartsOf(id)).toBe(2);
  });
});
