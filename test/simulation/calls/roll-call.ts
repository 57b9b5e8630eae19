import {
  rollCancel,
  rollCardPayment,
  rollCharge,
  rollExpiry,
  rollHold,
  rollOrder,
  rollPointPayment,
  rollResolution,
} from './buyer-dice.ts';
import type { Call } from './call.ts';
import { tick } from './payment-calls.ts';
import { sweepPoints } from './point-calls.ts';
import { type Dice, pickWeighted } from './recent.ts';
import {
  rollAdjustment,
  rollBroadcast,
  rollDeal,
  rollDealEnd,
  rollProduct,
} from './seller-dice.ts';

type Roll = (dice: Dice) => Call | undefined | Promise<Call | undefined>;

const rolls: readonly (readonly [number, Roll])[] = [
  [30, rollOrder],
  [16, rollPointPayment],
  [3, rollCardPayment],
  [9, rollCancel],
  [2, rollExpiry],
  [8, rollAdjustment],
  [2, rollProduct],
  [2.5, rollDeal],
  [1, rollDealEnd],
  [11, rollCharge],
  [3, rollHold],
  [3, rollResolution],
  [9, rollRepeat],
  [3, rollTwist],
  [1.5, sweepPoints],
  [0.5, rollTick],
];

/** What happens next. */
export async function rollCall(dice: Dice): Promise<Call> {
  const { random, world, recent } = dice;
  const live = recent.broadcasts.filter((id) => world.broadcasts.need(id).status === 'live');
  if (live.length === 0 || random.chance(live.length === 1 ? 0.05 : 0.012)) {
    return rollBroadcast(dice);
  }
  for (;;) {
    const call = await pickWeighted(random, rolls)(dice);
    if (call !== undefined) return call;
  }
}

/** A request whose sender did not hear the answer, or was impatient. */
function rollRepeat({ random, recent }: Dice): Call | undefined {
  return recent.calls.length === 0 ? undefined : random.pick(recent.calls);
}

/** A request with the id of another one. */
function rollTwist({ random, recent }: Dice): Call | undefined {
  return recent.calls.length === 0 ? undefined : random.pick(recent.calls).twisted?.();
}

/** Any number of schedulers announce the same tick. */
function rollTick({ world }: Dice): Call {
  return tick('points.expire-lots', Math.floor(world.now / 60_000) * 60_000);
}
