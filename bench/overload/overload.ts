import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { raiseStack, type Stack } from '../burst/stack.ts';
import { hireCast } from '../kit/cast.ts';
import { closedLoop, round2 } from '../kit/measure.ts';
import { type Stage, startStage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import { openOurs } from '../orders/ours.ts';
import { oneUnitOf, openShop, plenty } from '../orders/shop.ts';
import type { BenchResult } from '../run.ts';
import { insistOnBounds } from './bounds.ts';
import { offerInRoom } from './offer-in-room.ts';
import { offerOrders } from './offer-orders.ts';

/** Viewers of the room; none may send more than twenty messages a second. */
const viewers = 1_000;

/**
 * Twice as many orders as can be taken, offered whether or not anyone keeps up, with the limits that
 * the platform is shipped with (`--seconds 24`): what is accepted is answered soon, the rest is told when to come
 * back, and memory stays bounded. `--room` offers them by the viewers of a room instead of by lists
 * at the services.
 * @throws Error when any of that is not so
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      room: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '24' },
    },
  });
  const seconds = Number(values.seconds);
  if (values.room) return measureRoom(seconds);
  const stage = await startStage();
  try {
    return await measure(stage, seconds);
  } finally {
    await stage.stop();
  }
}

async function measureRoom(seconds: number): Promise<BenchResult> {
  const dir = makeTempDir('overload');
  const database = await startMariaDb({
    args: ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=512M'],
  });
  let stack: Stack | undefined;
  try {
    const cast = await hireCast(viewers);
    stack = await raiseStack({ kind: 'ours', dir, cast, databaseUrl: database.url });
    return report(`in a room, for ${seconds} s`, await offerInRoom(stack, seconds));
  } finally {
    await stack?.stop();
    await database.stop();
    await removeTempDir(dir);
  }
}

async function measure(stage: Stage, seconds: number): Promise<BenchResult> {
  const shop = await openShop(stage.clients, { skus: 1, units: plenty });
  const ours = openOurs(stage.clients, shop, 2);
  const once = async (worker: number) => void (await ours.sell(worker, oneUnitOf(shop)));
  await closedLoop({ seconds: 3, workers: 1_500, once });
  const sustainablePerS = Math.round((await closedLoop({ seconds: 3, workers: 1_500, once })).perS);
  const offered = await offerOrders(stage, shop, { perS: 2 * sustainablePerS, seconds });
  return report(`at the services, for ${seconds} s`, { sustainablePerS, ...offered });
}

function report(where: string, figures: Figures): BenchResult {
  printTable(`twice what can be sold ${where}`, [figures]);
  insistOnBounds(figures);
  return {
    ratios: { acceptedVsSustainable: round2(figures.acceptedPerS / figures.sustainablePerS) },
    figures,
  };
}

type Figures = Awaited<ReturnType<typeof offerInRoom>>;
