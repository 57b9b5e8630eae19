import { describeWith } from './describe-with.ts';
import { freePort } from './free-port.ts';
import { startNode } from './node.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

describeWith(['glibc'], 'a Node process on a newer glibc', () => {
  it('loads uWebSockets.js and serves HTTP with it', async () => {
    const dir = makeTempDir('uws');
    const port = await freePort();
    const uws = await startNode({
      file: 'test/kit/fixtures/uws.ts',
      args: [`${port}`],
      glibc: true,
      name: 'uws',
      dir,
    });
    await uws.waitForLine(/listening/);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await response.text()).toBe('served by uWebSockets.js');
    await uws.stop();
    await removeTempDir(dir);
  });
});
