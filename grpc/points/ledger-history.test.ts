import fc from 'fast-check';
import { DomainError } from '../../common/errors/index.ts';
import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { accepted, type Outcome, refused } from '../db/index.ts';
import { histories, userCount } from './fixtures/ledger-model.ts';
import { createMemoryLedger } from './fixtures/memory-ledger.ts';
import {
  createPointsFixture,
  dayMs,
  nextNumber,
  type PointsFixture,
  repeat,
} from './fixtures/points-fixture.ts';
import { type LedgerUnderTest, replayHistory } from './fixtures/replay-history.ts';
import { verifyLedger } from './index.ts';
import type { LedgerItem } from './ledger-item.ts';
import type { Transfer } from './transfer.ts';

/** `FAST_CHECK_SEED=... jest ...` runs the same histories again. */
const seed = Number(process.env.FAST_CHECK_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Milliseconds after which it reports what it has, so that a failure is seen before the timeout. */
const interruptAfterTimeLimit = 40_000;

describe('random histories in memory', () => {
  it(`agree with the model after every step (seed ${seed})`, async () => {
    const userIds = repeat(userCount, (i) => `usr_${i}`);
    await fc.assert(
      fc.asyncProperty(histories, (history) => replayHistory(history, createMemoryLedger(userIds))),
      { seed, numRuns: 300, interruptAfterTimeLimit },
    );
  });
});

describeOnBothDatabases('random histories', defineStored);

function defineStored(open: OpenDatabase): void {
  it(`agree with the model after every step (seed ${seed})`, async () => {
    const fixture = createPointsFixture(await open());
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        await replayHistory(history, await createStoredLedger(fixture));
        // What this history left behind must not lapse in the next one.
        fixture.clock.advance(100 * dayMs);
        await fixture.points.expireLots(1_000);
      }),
      { seed, numRuns: 8, interruptAfterTimeLimit },
    );
  });
}

async function createStoredLedger(fixture: PointsFixture): Promise<LedgerUnderTest> {
  const { points, clock, db } = fixture;
  return {
    userIds: await Promise.all(repeat(userCount, () => fixture.newUser())),
    requestPrefix: `history-${nextNumber()}-`,
    start: clock.now(),
    async apply(item) {
      try {
        return await submit(fixture, item);
      } catch (error) {
        if (error instanceof DomainError) return refused(error);
        throw error;
      }
    },
    expire: () => points.expireLots(1_000),
    wait: (ms) => clock.advance(ms),
    balanceOf: (userId) => points.balanceOf(userId),
    differences: () => verifyLedger(db.primary),
  };
}

/** Asks for an item the way callers do. */
async function submit({ db, points }: PointsFixture, item: LedgerItem): Promise<Outcome<Transfer>> {
  switch (item.kind) {
    case 'charge':
      return accepted(await points.charge(item.actor, item));
    case 'hold':
      return accepted(await points.hold(item.actor, item));
    case 'post':
    case 'void':
      return accepted(await points[item.kind](item.actor, item.holdId));
    case 'refund': {
      const { requestId: requestKey, holdId, amount, reference } = item;
      const inputs = [{ requestKey, holdId, amount, reference }];
      const [outcome] = await db.transaction((tx) => points.refundIn(tx, inputs));
      if (outcome === undefined) throw new Error('a refund has no outcome');
      return outcome;
    }
  }
}
