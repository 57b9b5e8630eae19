import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Child, startChild } from './child.ts';
import { compiled } from './compiled.ts';
import { fetchedGlibc, systemGlibcSuffices } from './glibc.ts';
import { projectDir } from './project-dir.ts';

const tsxLoader = join(projectDir, 'node_modules/tsx/dist/loader.mjs');

interface NodeOptions {
  /** The TypeScript or compiled file to run: absolute, or relative to the project's folder. */
  file: string;
  args?: readonly string[];
  /** Its whole environment beyond PATH, HOME, TMPDIR and LANG. */
  env?: Record<string, string>;
  /**
   * Run on a glibc that uWebSockets.js can load with, for suites that need the part 'glibc'. On an
   * older system the process then runs under a newer glibc's loader, and its `process.execPath` is
   * that loader, not Node.
   */
  glibc?: boolean;
  /** Names the process in errors and its log file. */
  name: string;
  /** Where it runs and logs. */
  dir: string;
}

/**
 * Runs a file of ours as a separate operating-system process, on the Node of
 * devDependencies whatever runs the tests.
 *
 * @throws Error when it can't be started, or needs a newer glibc and there is none.
 */
export async function startNode(options: NodeOptions): Promise<Child> {
  const script = await compiled(options.file);
  const file = script?.file ?? join(options.file.startsWith('/') ? '/' : projectDir, options.file);
  const { command, args } = onGlibc(options.glibc === true, [
    join(projectDir, 'node_modules/.bin/node'),
    // By its full address: Node would look for a bare name from where the process runs.
    ...(file.endsWith('.ts') ? ['--import', pathToFileURL(tsxLoader).href] : []),
    ...[file, ...(options.args ?? [])],
  ]);
  return startChild({
    name: options.name,
    dir: options.dir,
    command,
    args,
    env: {
      // Likewise for tsx and the settings of decorators.
      TSX_TSCONFIG_PATH: join(projectDir, 'tsconfig.json'),
      ...script?.env,
      ...options.env,
    },
  });
}

function onGlibc(needsNewer: boolean, [command, ...args]: [string, ...string[]]) {
  if (!needsNewer || systemGlibcSuffices()) return { command, args };
  const glibc = fetchedGlibc();
  if (!glibc) throw new Error('no glibc 2.38: run scripts/fetch-glibc.sh');
  return {
    command: glibc.loader,
    args: ['--library-path', glibc.libraries, command, ...args],
  };
}
