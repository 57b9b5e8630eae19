import { z } from 'zod';
import { DomainError } from '../../common/errors/index.ts';
import { parse } from './parse.ts';

const schema = z.object({ id: z.string(), lines: z.array(z.object({ quantity: z.int().min(1) })) });

function refusalOf(message: unknown): unknown {
  try {
    return parse(schema, message);
  } catch (error) {
    if (error instanceof DomainError)
      return { code: error.code, fields: Object.keys(error.details) };
    throw error;
  }
}

describe('reading a message', () => {
  it('answers what it holds, without what nobody asked for', () => {
    expect(parse(schema, { id: 'a', lines: [{ quantity: 1, more: 1 }], extra: true })).toEqual({
      id: 'a',
      lines: [{ quantity: 1 }],
    });
  });

  it.each([
    [undefined, ['']],
    ['text', ['']],
    [{ id: 1, lines: [] }, ['id']],
    [{ id: 'a', lines: [{ quantity: 1 }, { quantity: 0.5 }] }, ['lines.1.quantity']],
    [{ lines: [{ quantity: -1 }] }, ['id', 'lines.0.quantity']],
  ])('refuses %j and names the fields', (message, fields) => {
    expect(refusalOf(message)).toEqual({ code: 'INVALID_ARGUMENT', fields });
  });
});
