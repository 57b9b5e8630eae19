import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from '../../test/kit/project-dir.ts';

const run = promisify(execFile);

/**
 * Compiles the platform as for production and answers its folder: what tsx makes of it for
 * development names every function anew each time it is created, which is no cost of ours.
 *
 * @param config what to compile instead, by a tsconfig of the benchmark's own
 */
export async function buildPlatform(config = 'tsconfig.build.json'): Promise<string> {
  const dir = join(projectDir, 'node_modules/.cache/onair-bench', config.replaceAll('/', '-'));
  const compiler = join(projectDir, 'node_modules/.bin/tsc');
  await run(compiler, ['-p', join(projectDir, config), '--outDir', dir]);
  mkdirSync(join(dir, 'proto/gen'), { recursive: true });
  copyFileSync(join(projectDir, 'proto/gen/onair.binpb'), join(dir, 'proto/gen/onair.binpb'));
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module' }));
  return dir;
}
