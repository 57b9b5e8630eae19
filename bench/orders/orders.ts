import { parseArgs } from 'node:util';
import { type Stage, startStage } from '../kit/stage.ts';
import type { BenchResult } from '../run.ts';
import { runHotSku } from './hot-sku.ts';
import { runIdle } from './idle.ts';
import { runManySkus } from './many-skus.ts';
import { runScarce } from './scarce.ts';
import { runSoak } from './soak.ts';

// One at a time comes after the rush: services that sell have been warm for long.
const parts = { hot: runHotSku, idle: runIdle, scarce: runScarce, many: runManySkus };

/**
 * `--part hot|idle|scarce|many` runs one of them alone; `--soak` places a million orders, or
 * `--orders N`, and watches memory instead.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: 'string' },
      soak: { type: 'boolean' },
      orders: { type: 'string', default: '1000000' },
    },
  });
  const stage = await startStage();
  try {
    if (values.soak === true) return await runSoak(stage, Number(values.orders));
    return await runParts(stage, values.part);
  } finally {
    await stage.stop();
  }
}

async function runParts(stage: Stage, only: string | undefined): Promise<BenchResult> {
  const ratios: Record<string, number> = {};
  const figures: Record<string, unknown> = {};
  for (const [name, runPart] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    const result: { ratios?: object; figures: object } = await runPart(stage);
    Object.assign(ratios, result.ratios);
    Object.assign(figures, result.figures);
  }
  return { ratios, figures };
}
