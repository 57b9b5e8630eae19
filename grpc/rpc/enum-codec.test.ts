import { OrderStatus } from '../../proto/gen/onair/orders/v1/orders.ts';
import { createEnumCodec, wordFilter } from './enum-codec.ts';

const words = ['awaiting_payment', 'paid'] as const;
const codec = createEnumCodec(OrderStatus, words);

describe('an enum codec', () => {
  it.each(words)('brings %s there and back', (word) => {
    expect(codec.fromProto(codec.toProto(word))).toBe(word);
  });

  it('speaks the wire’s words', () => {
    expect(codec.toProto('awaiting_payment')).toBe(OrderStatus.AWAITING_PAYMENT);
  });

  it.each([OrderStatus.UNSPECIFIED, OrderStatus.UNRECOGNIZED, OrderStatus.EXPIRED])(
    'has no word for %s',
    (value) => {
      expect(codec.fromProto(value)).toBeUndefined();
    },
  );

  it('can’t be made with a word that the wire lacks', () => {
    expect(() => createEnumCodec(OrderStatus, ['lost'])).toThrow('lacks lost');
  });
});

describe('the filter of a list', () => {
  const filter = wordFilter(OrderStatus, codec);

  it('is the word, or nothing for all', () => {
    expect(filter.parse(OrderStatus.PAID)).toBe('paid');
    expect(filter.parse(OrderStatus.UNSPECIFIED)).toBeUndefined();
  });

  it.each([OrderStatus.UNRECOGNIZED, OrderStatus.EXPIRED, 'paid'])('refuses %s', (value) => {
    expect(filter.safeParse(value).success).toBe(false);
  });
});
