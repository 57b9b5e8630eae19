import { newId } from '../../common/ids.ts';
import { toPoints } from '../../common/money.ts';
import type { LedgerItem } from './ledger-item.ts';
import { createLedgerPicture, type LedgerPicture } from './ledger-picture.ts';
import { decide, decideExpiry, maxBalance } from './ledger-rules.ts';
import type { Transfer, TransferKind } from './transfer.ts';

const now = 1_000_000;
const facts = { now, termMs: 500, newId };
const actor = 'system';
const requestId = 'r';

const transferOf = (id: string, kind: TransferKind, amount: number): Transfer => ({
  id,
  kind,
  userId: 'usr_1',
  amount: toPoints(amount),
  holdId: null,
  reference: 'ord_1',
  reason: '',
  actor,
  createdAt: now,
});

/** 100 points posted in two lots; 40 of them were spent, 30 are pending, 10 were voided. */
function openPicture(): LedgerPicture {
  const lot = { userId: 'usr_1', chargeId: 'trf_c', amount: 70, expiresAt: now + 10 };
  return createLedgerPicture({
    accounts: new Map([
      ['usr_1', { posted: 100, pendingOut: 30 }],
      ['usr_full', { posted: maxBalance, pendingOut: 0 }],
    ]),
    lots: [
      { ...lot, id: 'lot_1', remaining: 50 },
      { ...lot, id: 'lot_2', remaining: 20, expiresAt: now },
      { ...lot, id: 'lot_3', remaining: 0, expiresAt: now + 5 },
    ],
    holds: [
      {
        transfer: transferOf('trf_pending', 'hold', 30),
        resolution: undefined,
        taken: [
          { lotId: 'lot_3', amount: 10 },
          { lotId: 'lot_1', amount: 20 },
        ],
      },
      {
        transfer: transferOf('trf_posted', 'hold', 40),
        resolution: transferOf('trf_p', 'post', 40),
        // 5 of the 40 were refunded before.
        taken: [{ lotId: 'lot_3', amount: 35 }],
      },
      {
        transfer: transferOf('trf_voided', 'hold', 10),
        resolution: transferOf('trf_v', 'void', 10),
        taken: [],
      },
    ],
  });
}

const charge = (userId: string, amount: number, expiresAt?: number): LedgerItem => {
  return {
    kind: 'charge',
    actor,
    requestId,
    userId,
    amount: toPoints(amount),
    reason: '',
    expiresAt,
  };
};
const hold = (userId: string, amount: number): LedgerItem => {
  return { kind: 'hold', actor, requestId, userId, amount: toPoints(amount), reference: '' };
};
const post = (holdId: string): LedgerItem => ({ kind: 'post', actor, holdId });
const undo = (holdId: string): LedgerItem => ({ kind: 'void', actor, holdId });
const refund = (holdId: string, amount: number): LedgerItem => {
  return { kind: 'refund', actor, requestId, holdId, amount: toPoints(amount), reference: '' };
};

interface Effect {
  readonly amount: number;
  /** Posted and pending of the user. */
  readonly user: readonly [number, number];
  /** What remains of lots 1, 2 and 3. */
  readonly rest: readonly [number, number, number];
  /** Change of the platform's accounts. */
  readonly issuance?: number;
  readonly sales?: number;
}

const allowed: readonly (readonly [string, LedgerItem, Effect])[] = [
  ['a charge', charge('usr_1', 7), { amount: 7, user: [107, 30], rest: [50, 20, 0], issuance: -7 }],
  ['a hold', hold('usr_1', 50), { amount: 50, user: [100, 80], rest: [0, 20, 0] }],
  ['a post', post('trf_pending'), { amount: 30, user: [70, 0], rest: [50, 20, 0], sales: 30 }],
  ['a void', undo('trf_pending'), { amount: 30, user: [100, 0], rest: [70, 20, 10] }],
  [
    'a part refund',
    refund('trf_posted', 5),
    { amount: 5, user: [105, 30], rest: [50, 20, 5], sales: -5 },
  ],
  [
    'a refund of the rest',
    refund('trf_posted', 35),
    { amount: 35, user: [135, 30], rest: [50, 20, 35], sales: -35 },
  ],
];

const refusals: readonly (readonly [string, LedgerItem, string])[] = [
  ['a charge for nobody we know', charge('usr_2', 1), 'NOT_FOUND'],
  ['a charge that has lapsed', charge('usr_1', 1, now), 'INVALID_ARGUMENT'],
  ['a charge past the largest balance', charge('usr_full', 1), 'LIMIT_REACHED'],
  ['a hold of more than has not lapsed', hold('usr_1', 51), 'INSUFFICIENT_POINTS'],
  ['a hold without an account', hold('usr_2', 1), 'INSUFFICIENT_POINTS'],
  ['a post of nothing', post('trf_none'), 'NOT_FOUND'],
  ['a post after a post', post('trf_posted'), 'ALREADY_RESOLVED'],
  ['a post after a void', post('trf_voided'), 'ALREADY_RESOLVED'],
  ['a void of nothing', undo('trf_none'), 'NOT_FOUND'],
  ['a void after a post', undo('trf_posted'), 'ALREADY_RESOLVED'],
  ['a void after a void', undo('trf_voided'), 'ALREADY_RESOLVED'],
  ['a refund of nothing', refund('trf_none', 1), 'NOT_FOUND'],
  ['a refund before the post', refund('trf_pending', 1), 'INVALID_STATE'],
  ['a refund after a void', refund('trf_voided', 1), 'ALREADY_RESOLVED'],
  ['a refund of more than is left', refund('trf_posted', 36), 'AMOUNT_MISMATCH'],
];

describe('the rules of the ledger', () => {
  it.each(allowed)('%s moves what it should and nothing else', (_, item, expected) => {
    const picture = openPicture();
    const entry = decide(picture, item, facts);
    picture.record(entry);
    const { kind, amount, userId } = entry.transfer;
    expect({ kind, amount, userId }).toEqual({
      kind: item.kind,
      amount: expected.amount,
      userId: 'usr_1',
    });
    const [posted, pendingOut] = expected.user;
    expect(picture.account('usr_1')).toEqual({ posted, pendingOut });
    expect(['lot_1', 'lot_2', 'lot_3'].map((id) => picture.lot(id).remaining)).toEqual(
      expected.rest,
    );
    const { balances } = picture.changes();
    expect(balances.get('issuance')?.posted).toBe(expected.issuance);
    expect(balances.get('sales')?.posted).toBe(expected.sales);
  });

  it.each(refusals)('%s is refused, and nothing moves', (_, item, code) => {
    const picture = openPicture();
    expect(() => decide(picture, item, facts)).toThrow(expect.objectContaining({ code }));
    expect(picture.changes()).toEqual({ entries: [], balances: new Map(), lots: [] });
  });

  it('a charge makes one lot, which lapses when it is told or after the term', () => {
    const picture = openPicture();
    expect(decide(picture, charge('usr_1', 7), facts).lot).toMatchObject({
      amount: 7,
      remaining: 7,
      expiresAt: now + 500,
    });
    expect(decide(picture, charge('usr_1', 7, now + 1), facts).lot).toMatchObject({
      expiresAt: now + 1,
    });
  });

  it('points charged in a batch can be held in the same batch, in order of their expiry', () => {
    const picture = openPicture();
    picture.record(decide(picture, charge('usr_1', 7, now + 1), facts));
    const { shares } = decide(picture, hold('usr_1', 8), facts);
    expect(shares.map(({ amount }) => amount)).toEqual([7, 1]);
    expect(shares[1]?.lotId).toBe('lot_1');
  });

  it('an expiry takes what is left of a lapsed lot, once', () => {
    const picture = openPicture();
    const entry = decideExpiry(picture, 'lot_2', facts);
    expect(entry?.transfer).toMatchObject({ kind: 'expire', amount: 20, reference: 'lot_2' });
    if (entry !== undefined) picture.record(entry);
    expect(picture.account('usr_1')).toEqual({ posted: 80, pendingOut: 30 });
    expect(picture.changes().balances.get('issuance')).toEqual({ posted: 20, pendingOut: 0 });
    expect(['lot_1', 'lot_2', 'lot_3'].map((id) => decideExpiry(picture, id, facts))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('an amount that is not positive is a defect, never a transfer', () => {
    const picture = openPicture();
    for (const item of [charge('usr_1', 0), hold('usr_1', 0), refund('trf_posted', 0)]) {
      expect(() => decide(picture, item, facts)).toThrow(RangeError);
    }
  });
});
