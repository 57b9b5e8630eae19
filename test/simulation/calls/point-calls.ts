import { toPoints } from '../../../common/money.ts';
import { type Answer, mismatch, refusal, textOf } from '../model/answer.ts';
import { charge, hold, post, spend, sweep, voidHold } from '../model/points.ts';
import type { World } from '../model/world.ts';
import { type Call, keyedMove, nothingNamed, silently } from './call.ts';

const identify = (answer: Answer) => textOf(answer, 'id');

export function chargePoints(
  requestId: string,
  input: { readonly userId: string; readonly amount: number; readonly expiresAt: number },
): Call {
  const { userId, amount, expiresAt } = input;
  const label = `charge ${requestId} ${userId} ${amount}`;
  const keyed = {
    key: `charge ${requestId}`,
    input: JSON.stringify(input),
    keepsRefusals: true,
    identify,
  };
  return {
    label,
    run: ({ points }) =>
      points.charge('system', { ...input, requestId, amount: toPoints(amount), reason: 'event' }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          if (expiresAt <= world.now) return refusal('INVALID_ARGUMENT');
          if (told.answer.ok) charge(world, { ...input, id: identify(told.answer) });
          return undefined;
        }),
      ],
    ],
    names: nothingNamed,
    twisted: () => chargePoints(requestId, { ...input, amount: amount + 1 }),
  };
}

export function holdPoints(
  requestId: string,
  input: { readonly userId: string; readonly amount: number },
): Call {
  const { userId, amount } = input;
  const label = `hold ${requestId} ${userId} ${amount}`;
  const keyed = {
    key: `hold ${requestId}`,
    input: JSON.stringify(input),
    keepsRefusals: true,
    identify,
  };
  return {
    label,
    run: ({ points }) =>
      points.hold('system', { userId, requestId, amount: toPoints(amount), reference: 'game' }),
    threads: (told) => [
      [
        keyedMove(label, keyed, told, (world) => {
          const spent = spend(world, userId, amount);
          if ('refusal' in spent) return spent.refusal;
          if (told.answer.ok) hold(world, { ...input, id: identify(told.answer), ...spent });
          return undefined;
        }),
      ],
    ],
    names: nothingNamed,
    twisted: () => holdPoints(requestId, { ...input, amount: amount + 1 }),
  };
}

/** Ends a hold; the hold itself is what makes it happen once. */
export function resolveHold(kind: 'post' | 'void', holdId: string): Call {
  const label = `${kind} ${holdId}`;
  const apply = (world: World) => (kind === 'post' ? post : voidHold)(world, holdId);
  return {
    label,
    run: ({ points }) => points[kind]('system', holdId),
    threads: ({ answer, wasLost }) => [
      [
        ...silently(label, wasLost, apply),
        {
          label,
          apply(world) {
            const made = world.holds.get(holdId);
            if (made === undefined) return mismatch(answer, refusal('NOT_FOUND'));
            if (made.state === 'pending') {
              apply(world);
              return mismatch(answer, undefined);
            }
            const ended = made.state === 'voided' ? 'void' : 'post';
            return mismatch(answer, refusal('ALREADY_RESOLVED', { kind: ended }));
          },
        },
      ],
    ],
    names: nothingNamed,
  };
}

/** Takes away what has lapsed. */
export function sweepPoints(): Call {
  const label = 'sweep';
  return {
    label,
    run: ({ points }) => points.expireLots(1_000),
    threads: ({ answer, wasLost }) => [
      [
        ...silently(label, wasLost, sweep),
        {
          label,
          apply(world) {
            const expected = sweep(world);
            const found: unknown = answer.ok ? answer.value : answer.code;
            return found === expected
              ? undefined
              : `swept ${String(found)} lots, should be ${expected}`;
          },
        },
      ],
    ],
    names: nothingNamed,
  };
}
