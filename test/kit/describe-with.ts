import { relative } from 'node:path';
import { howToGet, missingParts, type Part, requireAll } from './available.ts';
import { noteLeftOut } from './left-out.ts';
import { projectDir } from './project-dir.ts';

/**
 * `describe` for a suite that needs real parts. Where one is missing, the suite is left out and
 * listed when jest ends; with `ONAIR_TEST_REQUIRE=all` it fails instead.
 */
export function describeWith(parts: readonly Part[], name: string, define: () => void): void {
  const missing = missingParts(parts);
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const needs = missing.map((part) => howToGet[part]).join(', ');
  if (requireAll()) {
    describe(name, () => {
      it('has the parts it needs', () => {
        throw new Error(`missing: ${needs}`);
      });
    });
    return;
  }
  noteLeftOut(`${relative(projectDir, expect.getState().testPath ?? '')} > ${name}`, needs);
  describe.skip(name, define);
}
