import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { closedLoop, summarise } from '../kit/measure.ts';
import type { Stage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import { buyers, roomProcesses } from './hot-sku.ts';
import { openOurs } from './ours.ts';
import { oneUnitOf, openShop } from './shop.ts';

const units = 3_000;
const seconds = 2.5;

/**
 * More buyers than units: exactly the units are sold, and everybody else hears a refusal.
 * @throws Error when one unit too many or too few was sold
 */
export async function runScarce(stage: Stage) {
  const shop = await openShop(stage.clients, { skus: 1, units });
  const lines = oneUnitOf(shop);
  const ours = openOurs(stage.clients, shop, roomProcesses);
  let refused = 0;
  const once = async (worker: number) => {
    if (!(await ours.sell(worker, lines))) refused += 1;
  };
  const round = await closedLoop({ seconds, workers: buyers, once });
  const placed = round.done - refused;
  const left = await unitsLeft(stage.databaseUrl, lines[0]?.good.skuId ?? '');
  if (left !== units - placed || (refused > 0 && left !== 0)) {
    throw new Error(`${placed} of ${units} units were sold, and ${left} are left`);
  }
  const { perS, p50Ms, p99Ms } = summarise([round]);
  printTable(`${units} units, for ${seconds} s`, [
    { sold: placed, refused, 'decisions/s': perS, 'p50 ms': p50Ms, 'p99 ms': p99Ms },
  ]);
  return { figures: { scarceDecisionsPerS: perS, refused } };
}

async function unitsLeft(url: string, skuId: string): Promise<number> {
  const connection = await createConnection(url);
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT available FROM stock WHERE skuId = ?',
    [skuId],
  );
  await connection.end();
  return Number(rows[0]?.available);
}
