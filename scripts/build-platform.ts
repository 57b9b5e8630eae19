import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const projectDir = fileURLToPath(new URL('..', import.meta.url));

/** What production runs: the platform, its health check, and the operator's commands. */
export const programs: readonly string[] = [
  'main',
  'launch/check-health',
  'grpc/vault/command',
  'grpc/audits/command',
];

/** Packages that stay as they are installed, as they load more at run time, by name or by place. */
const external = [
  // Native code.
  ...['@node-rs/argon2', 'libsql', 'msgpackr-extract', 'sharp', 'sodium-native', 'uWebSockets.js'],
  // Drivers by name, scripts and descriptions of commands, a page's files.
  ...['typeorm', 'mysql2', 'pino', 'ioredis', '@fastify/swagger-ui'],
];

/**
 * The descriptors of our services, which reflection reads: grpc/server.ts looks for them from one
 * folder below the top, which chunks/ is too.
 */
const descriptors = 'proto/gen/onair.binpb';

/**
 * Builds the platform into a folder: each program as one file, and in chunks/ what several need and
 * what is loaded only when it is asked for. To look for its one to two thousand modules one by one
 * was most of a process's start.
 *
 * @param others programs beside the platform's own, relative to the project's folder
 * @throws BuildFailure when something does not compile
 */
export async function buildPlatform(dir: string, others: readonly string[] = []): Promise<void> {
  await build({
    absWorkingDir: projectDir,
    entryPoints: [...programs, ...others].map((program) => `${program}.ts`),
    outdir: dir,
    outbase: projectDir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    external: external.flatMap((name) => [name, `${name}/*`]),
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    sourcesContent: false,
    // Packages of CommonJS ask for Node's own modules by it.
    banner: {
      js: "import { createRequire as __requireOf } from 'node:module'; const require = __requireOf(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await mkdir(dirname(join(dir, descriptors)), { recursive: true });
  await copyFile(join(projectDir, descriptors), join(dir, descriptors));
}
