import type { UserActor } from '../../../common/auth/index.ts';
import { createBatcher, type Outcome } from '../../db/index.ts';
import type { LeavingGuests } from '../attendance/take-guests.ts';
import type { PeopleDeps } from '../people/people-deps.ts';
import { type Admitted, admitViewers } from './admit-viewers.ts';
import { type CapacityNow, readCapacity, setCapacity } from './capacity.ts';
import { type Carried, carrySeats } from './carry-seats.ts';
import type { VipRow } from './entities.ts';
import type { AdmitInput, SetCapacityInput, VipInput } from './requests.ts';
import { type Seat, type SeatRequest, seatViewers } from './seat-viewers.ts';
import { addVip, listVips, removeVip } from './vips.ts';

/** Who comes in to broadcasts, and who comes first. */
export interface Admission {
  /** One outcome for each, in the order given; see admit-viewers.ts. */
  admitViewers(viewers: readonly AdmitInput[]): Promise<Outcome<Admitted>[]>;
  /** Takes guests who leave out of the count, with their seats; see carry-seats.ts. */
  carrySeats(leaving: LeavingGuests): Promise<Carried>;
  setCapacity(actor: UserActor, input: SetCapacityInput): Promise<void>;
  readCapacity(actor: UserActor, broadcastId: string): Promise<CapacityNow>;
  addVip(actor: UserActor, input: VipInput): Promise<VipRow>;
  removeVip(actor: UserActor, input: VipInput): Promise<void>;
  /** By account, with one more than asked for if there are more. */
  listVips(
    actor: UserActor,
    query: { sellerId: string; afterId: string | undefined; limit: number },
  ): Promise<VipRow[]>;
  /** Resolves when nobody waits for the answer at a door. */
  drain(): Promise<void>;
}

export function createAdmission(deps: PeopleDeps): Admission {
  const { config, db, clock } = deps;
  const seats = createBatcher<SeatRequest, Seat>({
    name: 'seats',
    db,
    maxBatch: 500,
    maxQueue: config.QUEUE_LIMIT,
    run: (tx, requests) => seatViewers(tx, requests, clock.now()),
  });
  const carried = createBatcher<LeavingGuests, Carried>({
    name: 'carried-seats',
    db,
    maxBatch: 100,
    maxQueue: config.QUEUE_LIMIT,
    run: (tx, leaving) => carrySeats(tx, leaving, clock.now()),
  });
  return {
    admitViewers: (viewers) => admitViewers({ ...deps, seats }, viewers),
    carrySeats: (leaving) => carried.submit(leaving),
    setCapacity: (actor, input) => setCapacity(deps, actor, input),
    readCapacity: (actor, broadcastId) => readCapacity(deps, actor, broadcastId),
    addVip: (actor, input) => addVip(deps, actor, input),
    removeVip: (actor, input) => removeVip(deps, actor, input),
    listVips: (actor, query) => listVips(deps, actor, query),
    async drain() {
      await Promise.all([seats.drain(), carried.drain()]);
    },
  };
}
