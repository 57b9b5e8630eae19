import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPlatform, programs } from '../../scripts/build-platform.ts';
import { onceInRun } from './once-in-run.ts';
import { projectDir } from './project-dir.ts';

/** A file to run, and the settings that it runs best with. */
interface Compiled {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * One of the platform's programs as production runs it, built once for all processes of this jest
 * run: they are hundreds, and to compile at each start took most of a start. Undefined outside of
 * jest, and of other files.
 *
 * @param file relative to the project's folder
 */
export async function compiled(file: string): Promise<Compiled | undefined> {
  const program = file.replace(/\.ts$/, '');
  if (!programs.includes(program)) return undefined;
  const platform = await onceInRun('platform', async (dir) => {
    await buildPlatform(dir);
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module' }));
    symlinkSync(join(projectDir, 'node_modules'), join(dir, 'node_modules'));
  });
  if (platform === undefined) return undefined;
  return {
    file: join(platform, `${program}.js`),
    env: { NODE_COMPILE_CACHE: join(platform, '../compile-cache') },
  };
}
