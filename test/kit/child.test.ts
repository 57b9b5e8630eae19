import { once } from 'node:events';
import { connect } from 'node:net';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { startNode } from './node.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';
import { until } from './until.ts';

describe('a child process', () => {
  let dir: string;
  beforeEach(() => {
    dir = makeTempDir('child');
  });
  afterEach(() => removeTempDir(dir));

  const sh = (script: string): Promise<Child> =>
    startChild({ name: 'sh', command: '/bin/sh', args: ['-c', script], dir });

  it('logs both its outputs, and a line may be older than who waits for it', async () => {
    const child = await sh('echo port 1234; echo trouble >&2; exit 3');
    expect(await child.exited).toEqual({ code: 3, signal: null });
    const [, port] = await child.waitForLine(/^port (\d+)$/m);
    expect(port).toBe('1234');
    expect(child.log()).toBe('port 1234\ntrouble\n');
  });

  it('that ends too early fails the wait at once, with its last words', async () => {
    const child = await sh('echo no such table; exit 1');
    await expect(child.waitForLine(/ready/, { timeoutMs: 600_000 })).rejects.toThrow(
      /sh ended \(1\) before .*no such table/s,
    );
  });

  it('that ignores SIGTERM is killed after the grace', async () => {
    const child = await sh('trap "" TERM; echo ready; while :; do sleep 1; done');
    await child.waitForLine(/ready/);
    expect(await child.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is told apart: stopped on request, or crashed', async () => {
    const stopped = await sh('exec sleep 600');
    expect(await stopped.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    const crashed = await sh('exec sleep 600');
    expect(await crashed.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await crashed.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('gets none of our environment but what it is given', async () => {
    process.env.ONAIR_STRAY = 'stray';
    const child = await startChild({
      name: 'env',
      command: '/usr/bin/env',
      env: { GIVEN: 'yes' },
      dir,
    });
    await child.exited;
    expect(child.log()).toMatch(/^GIVEN=yes$/m);
    expect(child.log()).not.toMatch(/ONAIR_STRAY|NODE_OPTIONS/);
  });

  it('that does not exist is an error', async () => {
    const missing = { name: 'missing', command: '/nowhere/program', dir };
    await expect(startChild(missing)).rejects.toThrow(/ENOENT/);
  });

  it('dies with the process that started it, even on SIGKILL', async () => {
    const port = await freePort();
    const parent = await startNode({
      file: 'test/kit/fixtures/parent.ts',
      args: [dir, `${port}`],
      name: 'parent',
      dir,
    });
    await parent.waitForLine(/child is up/);
    expect(await accepts(port)).toBe(true);
    await parent.kill();
    await until('nobody listens any more', async () => !(await accepts(port)));
  });
});

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
