import { handOver, type LeavingRoom } from './hand-over.ts';

interface Watcher {
  readonly id: number;
}

function makeRoom(count: number) {
  const clients = new Set<Watcher>();
  const told: { readonly id: number; readonly at: number }[] = [];
  for (let id = 0; id < count; id += 1) clients.add({ id });
  const room: LeavingRoom<Watcher> = {
    clients,
    async tell(some) {
      for (const { id } of some) told.push({ id, at: performance.now() });
    },
    close: (client) => clients.delete(client),
  };
  return { room, clients, told };
}

describe('handing viewers over', () => {
  it('tells each once, at a rate, and closes those who don’t go', async () => {
    const { room, clients, told } = makeRoom(100);
    const began = performance.now();
    await handOver(() => [room], { perSecond: 200, withinMs: 10_000, graceMs: 20 });
    expect(clients.size).toBe(0);
    expect(told.map(({ id }) => id).sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    // The first ten at once, the others behind them.
    expect(told.filter(({ at }) => at - began < 25).length).toBeLessThanOrEqual(10);
    expect(performance.now() - began).toBeGreaterThan(400);
  });

  it('is in time, however many there are', async () => {
    const { room, clients } = makeRoom(5_000);
    const began = performance.now();
    await handOver(() => [room], { perSecond: 10, withinMs: 300, graceMs: 20 });
    expect(clients.size).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('sends away who came with a seat given before', async () => {
    const { room, clients, told } = makeRoom(20);
    const handing = handOver(() => [room], { perSecond: 200, withinMs: 5_000, graceMs: 20 });
    clients.add({ id: 20 });
    await handing;
    expect(told).toHaveLength(21);
    expect(clients.size).toBe(0);
  });

  it('is over at once where nobody is', async () => {
    await handOver(() => [], { perSecond: 1, withinMs: 60_000, graceMs: 60_000 });
  });
});
