import { type Refusal, refusal } from './answer.ts';
import { type Hold, type LotShare, note, type World } from './world.ts';

function changeAccount(world: World, userId: string, posted: number, pendingOut: number): void {
  const before = world.accounts.get(userId) ?? { posted: 0, pendingOut: 0 };
  const after = { posted: before.posted + posted, pendingOut: before.pendingOut + pendingOut };
  if (after.pendingOut < 0 || after.posted < after.pendingOut) {
    throw new Error(`the model overdraws ${userId}`);
  }
  world.accounts.set(userId, after);
}

function changeLot(world: World, lotId: string, by: number): void {
  const lot = world.lots.need(lotId);
  world.lots.set(lotId, { ...lot, remaining: lot.remaining + by });
}

export function charge(
  world: World,
  lot: { id: string; userId: string; amount: number; expiresAt: number },
): void {
  const { id, userId, amount, expiresAt } = lot;
  changeAccount(world, userId, amount, 0);
  world.lots.set(id, { id, userId, remaining: amount, expiresAt });
  note(world, `points charge ${userId} ${amount}`);
}

/** What a hold would take, the earliest to lapse first, or why it can't. */
export function spend(
  world: World,
  userId: string,
  amount: number,
): { shares: LotShare[] } | { refusal: Refusal } {
  const lots = world.lots
    .values()
    .filter((lot) => lot.userId === userId && lot.remaining > 0 && lot.expiresAt > world.now)
    .sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1));
  const available = lots.reduce((sum, lot) => sum + lot.remaining, 0);
  if (available < amount) {
    return { refusal: refusal('INSUFFICIENT_POINTS', { available: String(available) }) };
  }
  const shares: LotShare[] = [];
  let missing = amount;
  for (const lot of lots) {
    const taken = Math.min(lot.remaining, missing);
    if (taken > 0) shares.push({ lotId: lot.id, amount: taken });
    missing -= taken;
  }
  return { shares };
}

export function hold(world: World, made: Omit<Hold, 'state'>): void {
  const { id, userId, amount, shares } = made;
  // Compared here and not at the end: an order of events is given up as soon as it is wrong.
  const [found, expected] = [world.seenShares.get(id) ?? [], shares].map(inWords);
  if (found !== expected) throw new Error(`hold ${id} took ${found}, should be ${expected}`);
  for (const share of shares) changeLot(world, share.lotId, -share.amount);
  changeAccount(world, userId, 0, amount);
  world.holds.set(id, { ...made, state: 'pending' });
  note(world, `points hold ${userId} ${amount}`);
}

function inWords(shares: readonly LotShare[]): string {
  return shares
    .map(({ lotId, amount }) => `${amount} of ${lotId}`)
    .sort()
    .join(', ');
}

export function post(world: World, holdId: string): void {
  const made = expectState(world, holdId, 'pending');
  changeAccount(world, made.userId, -made.amount, -made.amount);
  world.holds.set(holdId, { ...made, state: 'posted' });
  note(world, `points post ${made.userId} ${made.amount}`);
}

export function voidHold(world: World, holdId: string): void {
  const made = expectState(world, holdId, 'pending');
  for (const share of made.shares) changeLot(world, share.lotId, share.amount);
  changeAccount(world, made.userId, 0, -made.amount);
  world.holds.set(holdId, { ...made, state: 'voided' });
  note(world, `points void ${made.userId} ${made.amount}`);
}

export function refundHold(world: World, holdId: string): void {
  const made = expectState(world, holdId, 'posted');
  for (const share of made.shares) changeLot(world, share.lotId, share.amount);
  changeAccount(world, made.userId, made.amount, 0);
  world.holds.set(holdId, { ...made, state: 'refunded' });
  note(world, `points refund ${made.userId} ${made.amount}`);
}

function expectState(world: World, holdId: string, state: Hold['state']): Hold {
  const made = world.holds.need(holdId);
  if (made.state !== state) throw new Error(`the model's hold ${holdId} is ${made.state}`);
  return made;
}

/** Takes away what remains of lapsed lots; answers of how many. */
export function sweep(world: World): number {
  const lapsed = world.lots
    .values()
    .filter((lot) => lot.remaining > 0 && lot.expiresAt <= world.now);
  for (const lot of lapsed) {
    changeAccount(world, lot.userId, -lot.remaining, 0);
    world.lots.set(lot.id, { ...lot, remaining: 0 });
    note(world, `points expire ${lot.userId} ${lot.remaining}`);
  }
  return lapsed.length;
}
