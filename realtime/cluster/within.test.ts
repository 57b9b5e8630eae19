import { silentLogger } from '../../common/logger.ts';
import { within } from './within.ts';

const log = silentLogger();

describe('what a process that ends waits for', () => {
  it('is waited for while it is in time', async () => {
    expect(await within(60_000, 'it', Promise.resolve(), log)).toBe(true);
  });

  it('is not waited for longer, nor when it fails', async () => {
    expect(await within(1, 'it', new Promise(() => undefined), log)).toBe(false);
    expect(await within(60_000, 'it', Promise.reject(new Error('no')), log)).toBe(false);
  });
});
