import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JscConfig, transformFile } from '@swc/core';
import { onceInRun } from './once-in-run.ts';
import { projectDir } from './project-dir.ts';

/** What processes of the platform run of. */
const folders = ['launch', 'common', 'grpc', 'realtime', 'api', 'workers', 'sandbox', 'proto'];

/** A file to run, and the settings that it runs best with. */
interface Compiled {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A file of the platform as JavaScript, compiled once for all processes of this jest run: they are
 * hundreds, and to compile at each start took most of a start. Undefined outside of jest, and of
 * files that are no part of the platform.
 *
 * @param file relative to the project's folder
 */
export async function compiled(file: string): Promise<Compiled | undefined> {
  const [top = ''] = file.split('/');
  if (!(file === 'main.ts' || folders.includes(top))) return undefined;
  const platform = await onceInRun('platform', compileTo);
  if (platform === undefined) return undefined;
  return {
    file: join(platform, scriptOf(file)),
    env: { NODE_COMPILE_CACHE: join(platform, '../compile-cache') },
  };
}

async function compileTo(dir: string): Promise<void> {
  const found = await Promise.all(folders.map((folder) => sourcesIn(folder)));
  await Promise.all(['main.ts', ...found.flat()].map((file) => compileFile(file, dir)));
  cpSync(join(projectDir, 'proto/gen/onair.binpb'), join(dir, 'proto/gen/onair.binpb'));
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module' }));
  symlinkSync(join(projectDir, 'node_modules'), join(dir, 'node_modules'));
}

async function sourcesIn(folder: string): Promise<string[]> {
  const files = await readdir(join(projectDir, folder), { recursive: true });
  return files
    .filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file))
    .map((file) => join(folder, file));
}

const jsc: JscConfig & { rewriteRelativeImportExtensions: true } = {
  target: 'es2023',
  parser: { syntax: 'typescript', decorators: true },
  transform: { legacyDecorator: true, useDefineForClassFields: false },
  // As tsconfig.json says; swc's types don't name it yet.
  rewriteRelativeImportExtensions: true,
};

async function compileFile(file: string, dir: string): Promise<void> {
  const { code } = await transformFile(join(projectDir, file), {
    swcrc: false,
    sourceMaps: 'inline',
    jsc,
    module: { type: 'es6' },
  });
  const to = join(dir, scriptOf(file));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, code);
}

function scriptOf(file: string): string {
  return file.replace(/\.ts$/, '.js');
}
