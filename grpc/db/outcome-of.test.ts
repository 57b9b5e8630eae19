import { pino } from 'pino';
import { DomainError } from '../../common/errors/index.ts';
import { outcomeOf } from './outcome-of.ts';

describe('one of many', () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  beforeEach(() => {
    lines.length = 0;
  });

  it('is accepted with what it answers', async () => {
    expect(await outcomeOf(log, async () => 5)).toEqual({ ok: true, value: 5 });
  });

  it('keeps its own refusal, which nobody has to look at', async () => {
    const error = new DomainError('SOLD_OUT', 'none left');
    expect(await outcomeOf(log, () => Promise.reject(error))).toEqual({ ok: false, error });
    expect(lines).toEqual([]);
  });

  it('is refused as INTERNAL for a defect, whose words go to the log alone', async () => {
    const outcome = await outcomeOf(log, () => {
      throw new Error('stock of sku_1 does not balance');
    });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(outcome)).not.toContain('sku_1');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('stock of sku_1 does not balance');
  });
});
