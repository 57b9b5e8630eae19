import { globSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPlatform } from '../../scripts/build-platform.ts';
import { projectDir } from '../../test/kit/project-dir.ts';

let building: Promise<string> | undefined;

/**
 * The folder of the platform as production runs it, with the benchmarks' own services beside it,
 * built at the first call: what tsx makes of it for development names every function anew each time
 * it is created, which is no cost of ours.
 */
export function builtDir(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  const dir = join(projectDir, 'node_modules/.cache/onair-bench');
  const services = globSync('bench/**/*-service.ts', { cwd: projectDir });
  await rm(dir, { recursive: true, force: true });
  await buildPlatform(
    dir,
    services.map((file) => file.replace(/\.ts$/, '')),
  );
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module' }));
  return dir;
}
