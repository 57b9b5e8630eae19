import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../test/kit/until.ts';
import { audit, checkScreens, lastSeq } from './audit.ts';
import { createChatter } from './chatter.ts';
import { inParallel } from './in-parallel.ts';
import type { Instance } from './instance.ts';
import { payAll } from './pay.ts';
import { logIn, signUpSeller, signUpViewers } from './people.ts';
import type { Progress } from './progress.ts';
import { percentile, type SaleReport } from './report.ts';
import { rush } from './sale.ts';
import { type Seat, takeSeat } from './seat.ts';
import type { DemoSettings } from './settings.ts';
import { endBroadcast, openDeal, readBroadcast, setStage } from './stage.ts';

/** What a sale is made of. */
export type SaleSize = Pick<
  DemoSettings,
  'viewers' | 'buyers' | 'units' | 'quitters' | 'secondWave' | 'chatPerSecond'
>;

/**
 * Plays a whole sale through public interfaces: people sign up and join, talk, rush on a deal, pay
 * or don't, and a second wave buys what came back. Then every screen and the books are compared.
 */
export async function play(
  settings: SaleSize,
  instance: Instance,
  progress: Progress,
): Promise<{ report: SaleReport; notes: string[] }> {
  const { units } = settings;
  const admin = await logIn(instance, instance.adminEmail, instance.adminPassword);
  const seller = await signUpSeller(instance, admin);
  const stage = await setStage(seller, units);
  const { seats, chatter } = await fillRoom(settings, instance, stage.broadcastId, progress);
  const buyers = seats.filter((seat) => seat.person !== undefined).slice(0, settings.buyers);

  progress.step(`채팅 ${settings.chatPerSecond}/s; the deal opens in 2 s`);
  chatter.start(buyers.slice(-50), settings.chatPerSecond);
  const dealId = await openDeal(seller, stage, units, 2_000);
  const line = { skuId: stage.skuId, dealId };
  await until('the deal opens on every screen', () =>
    seats.every((seat) => seat.screen().dealStatus === 'open'),
  );

  progress.step(`딜 오픈: ${buyers.length} buyers want ${units} units`);
  const first = await rush(buyers, line);
  const quitters = first.wins.slice(0, settings.quitters);
  const payers = first.wins.slice(settings.quitters);
  progress.step(`${first.wins.length} orders, ${first.refused.length} refused; paying`);
  const firstPayments = await payAll(instance, admin, payers);

  progress.step(`${quitters.length} never pay: waiting for their units to come back`);
  const waiting = first.refused.slice(0, settings.secondWave);
  await until(
    'unpaid units come back on every screen',
    () => seats.every((seat) => seat.screen().dealRemaining === quitters.length),
    { timeoutMs: 120_000 },
  );
  const second = await rush(waiting, line);
  progress.step(`second wave: ${second.wins.length} orders, ${second.refused.length} refused`);
  const secondPayments = await payAll(instance, admin, second.wins);

  await delay(1_000);
  await chatter.stop();
  await endBroadcast(seller, stage);
  progress.step('방송 종료; comparing every screen with the database');
  // A purchase may still be told of at this moment: what counts is that all come to agree.
  let wrong: string[] = [];
  const agree = async () => {
    wrong = checkScreens(await readBroadcast(seller, stage), await lastSeq(seller, stage), seats);
    return wrong.length === 0;
  };
  await until('every screen agrees', agree, { timeoutMs: 15_000, everyMs: 250 }).catch(
    () => undefined,
  );

  const paid = [...payers, ...second.wins];
  const books = await audit({ stage, seller, admin, paid, unpaid: quitters, units });
  const chatMissed = sum(seats, (seat) => seat.seen.missed);
  const chatRepeated = sum(seats, (seat) => seat.seen.repeated);
  const latencies = [...first.latencies, ...second.latencies];
  const duplicates = first.duplicates + second.duplicates;
  const problems = [
    ...wrong,
    ...books.problems,
    ...(duplicates > 0 ? [`${duplicates} requests made two orders`] : []),
    ...(books.sold === units ? [] : [`${books.sold} of ${units} units were sold`]),
    ...(chatMissed + chatRepeated > 0 ? ['chat was missed or repeated'] : []),
  ];
  await inParallel(seats, 50, (seat) => seat.leave());
  return {
    report: {
      demo: 'sale',
      viewers: seats.length,
      units,
      sold: books.sold,
      oversold: books.oversold,
      duplicates,
      chatSent: chatter.sent(),
      chatMissed,
      chatRepeated,
      orderP50Ms: percentile(latencies, 0.5),
      orderP99Ms: percentile(latencies, 0.99),
      chatP99Ms: percentile(chatter.delays, 0.99),
      invariants: problems.length === 0 ? 'ok' : 'broken',
    },
    notes: [
      `first rush: ${first.wins.length} orders, refused ${list(first.refusals)}`,
      `second wave: ${second.wins.length} orders, refused ${list(second.refusals)}`,
      `payments: ${list(firstPayments)}; then ${list(secondPayments)}`,
      ...problems.map((problem) => `BROKEN ${problem}`),
    ],
  };
}

/** Signs viewers up and seats them; what is not a buyer watches as a guest. */
async function fillRoom(
  settings: SaleSize,
  instance: Instance,
  broadcastId: string,
  progress: Progress,
): Promise<{ seats: Seat[]; chatter: ReturnType<typeof createChatter> }> {
  const chatter = createChatter();
  let signedUp = 0;
  progress.step(`${settings.buyers} viewers sign up`);
  const people = await signUpViewers(instance, settings.buyers, () => {
    signedUp += 1;
    progress.update(`${signedUp} of ${settings.buyers} viewers signed up`);
  });
  progress.step(`${settings.viewers} viewers join the room`);
  const chairs = Array.from({ length: settings.viewers }, (_, i) => people[i]);
  const { apiUrl, realtimeUrls } = instance;
  const seats = await inParallel([...chairs.entries()], 25, ([i, person]) => {
    const realtimeUrl = realtimeUrls[i % realtimeUrls.length] ?? '';
    return takeSeat({ apiUrl, realtimeUrl }, broadcastId, person, chatter.onMessage);
  });
  await until('every screen shows the broadcast', () =>
    seats.every((seat) => seat.screen().status === 'live'),
  );
  return { seats, chatter };
}

function sum(seats: readonly Seat[], of: (seat: Seat) => number): number {
  return seats.reduce((total, seat) => total + of(seat), 0);
}

function list(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
