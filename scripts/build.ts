/** `npm run build`: leaves in dist/ what production runs. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildPlatform } from './build-platform.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
await rm(dist, { recursive: true, force: true });
await buildPlatform(dist);
