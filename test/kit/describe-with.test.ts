import { join } from 'node:path';
import { startChild } from './child.ts';
import { projectDir } from './project-dir.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/** Runs jest itself, as `npm test` does, on a fixture of two suites. */
async function runJest(env: Record<string, string>): Promise<{ code: number | null; log: string }> {
  const dir = makeTempDir('jest');
  const jest = await startChild({
    name: 'jest',
    command: join(projectDir, 'node_modules/.bin/node'),
    args: [
      '--experimental-vm-modules',
      join(projectDir, 'node_modules/jest/bin/jest.js'),
      '--selectProjects=system',
      '--testMatch=**/test/kit/fixtures/left-out.suite.ts',
    ],
    env,
    cwd: projectDir,
    dir,
  });
  const { code } = await jest.exited;
  const log = jest.log();
  await removeTempDir(dir);
  return { code, log };
}

describe('a suite whose parts are missing', () => {
  const without = { ONAIR_TEST_WITHOUT: 'mariadb,redis' };

  it('is left out and listed after the summary', async () => {
    const { code, log } = await runJest(without);
    expect(log).toContain('1 skipped, 1 passed, 2 total');
    expect(log.slice(log.indexOf('Ran all test suites'))).toMatch(
      /Left out.*\(1\):\n {2}test\/kit\/fixtures\/left-out.suite.ts > a suite on real parts: needs .*mariadb-server.*redis-server/,
    );
    expect(code).toBe(0);
  });

  it('fails, and says what is missing, where everything is required', async () => {
    const { code, log } = await runJest({ ...without, ONAIR_TEST_REQUIRE: 'all' });
    expect(log).toContain('1 failed, 1 passed, 2 total');
    expect(log).toMatch(/missing: .*mariadb-server.*redis-server/);
    expect(log).not.toContain('Left out');
    expect(code).toBe(1);
  });
});
