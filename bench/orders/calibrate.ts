import { bestOf } from '../kit/best-of.ts';
import type { Protocol } from '../kit/connections.ts';
import { closedLoop } from '../kit/measure.ts';
import type { Baseline, BaselineOptions } from './baseline.ts';
import { runRawBatch } from './raw-batch.ts';
import type { Line } from './rows.ts';
import type { Shop } from './shop.ts';

type Open = (options: BaselineOptions) => Promise<Baseline>;

/** How a baseline is at its best on this machine. */
export interface Best {
  readonly protocol: Protocol;
  readonly connections: number;
}

const seconds = 0.7;

/** Tries both protocols, then 8, 16 and 32 connections; answers what sold most. */
export async function calibrate(
  open: Open,
  url: string,
  shop: Shop,
  nextLines: () => readonly Line[],
): Promise<Best> {
  const speedOf = async (protocol: Protocol, connections: number) => {
    const baseline = await open({ url, shop, protocol, connections });
    const once = async (worker: number) => {
      await baseline.sell(worker, nextLines());
    };
    const { perS } = await closedLoop({ seconds, workers: connections, once });
    await baseline.close();
    return perS;
  };
  const protocol = await bestOf(['execute', 'query'] as const, (one) => speedOf(one, 16));
  const connections = await bestOf([8, 16, 32], (count) => speedOf(protocol, count));
  return { protocol, connections };
}

/** The batch size of 64, 128, 256 and 512 with which multi-row SQL writes most orders. */
export function calibrateBatch(url: string, shop: Shop): Promise<number> {
  return bestOf([64, 128, 256, 512], async (batch) => {
    return (await runRawBatch({ url, shop, batch, seconds })).perS;
  });
}
