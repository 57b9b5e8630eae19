import { DomainError } from '../../../common/errors/index.ts';
import { isNearlySame } from './sameness.ts';
import type { ChatSettings } from './settings.ts';

/** What is remembered of what one person said in one broadcast. */
export interface Pace {
  /** When they spoke last, epoch ms; 0 if they did not. */
  readonly lastSaidAt: number;
  /** When their allowance of messages will be whole again, epoch ms. */
  readonly floodAt: number;
  /** What they said lately, oldest first; see sameness.ts. */
  readonly recent: readonly Said[];
}

interface Said {
  readonly at: number;
  readonly gist: string;
}

/** Messages of a chat in one second of the clock. */
export interface RoomPace {
  /** Seconds since the epoch. */
  readonly second: number;
  readonly count: number;
}

export const noPace: Pace = { lastSaidAt: 0, floodAt: 0, recent: [] };

/** Things that a person said which are remembered; as many as the largest repeat limit. */
const rememberedGists = 10;

/** Slow mode: a refusal that says how many seconds are left. */
export function refuseSlow(
  { slowModeSeconds }: ChatSettings,
  { lastSaidAt }: Pace,
  now: number,
): DomainError | undefined {
  const leftMs = lastSaidAt + slowModeSeconds * 1_000 - now;
  if (slowModeSeconds === 0 || leftMs <= 0) return undefined;
  return new DomainError('CHAT_SLOW_MODE', 'slow mode is on', {
    slowModeSeconds: String(slowModeSeconds),
    secondsLeft: String(Math.ceil(leftMs / 1_000)),
    retryAfterMs: String(leftMs),
  });
}

/**
 * One person's flood: an allowance of `floodMessages` that fills up evenly in `floodSeconds` (the
 * generic cell rate algorithm of ITU-T I.371), so that one number is all there is to remember.
 */
export function refuseFlood(
  { floodMessages, floodSeconds }: ChatSettings,
  { floodAt }: Pace,
  now: number,
): DomainError | undefined {
  if (floodMessages === 0) return undefined;
  const windowMs = floodSeconds * 1_000;
  const waitMs = Math.max(floodAt, now) + windowMs / floodMessages - now - windowMs;
  // Times are stored as whole milliseconds, so each may be half a millisecond too late.
  if (waitMs <= 1) return undefined;
  return new DomainError('CHAT_FLOOD', 'too many messages', {
    scope: 'user',
    retryAfterMs: String(Math.ceil(waitMs)),
  });
}

/** The flood of all viewers of a broadcast together. */
export function refuseRoomFlood(
  { roomMessagesPerSecond }: ChatSettings,
  { second, count }: RoomPace,
  now: number,
): DomainError | undefined {
  if (roomMessagesPerSecond === 0 || second !== Math.floor(now / 1_000)) return undefined;
  if (count < roomMessagesPerSecond) return undefined;
  return new DomainError('CHAT_FLOOD', 'the chat is running over', {
    scope: 'room',
    retryAfterMs: String((second + 1) * 1_000 - now),
  });
}

/** Nearly the same, said too often. */
export function refuseRepeat(
  { repeatLimit, repeatSeconds }: ChatSettings,
  { recent }: Pace,
  gist: string,
  now: number,
): DomainError | undefined {
  if (repeatLimit === 0 || gist === '') return undefined;
  const since = now - repeatSeconds * 1_000;
  const times = recent.filter((said) => said.at > since && isNearlySame(said.gist, gist));
  const [first] = times.slice(-repeatLimit);
  if (first === undefined || times.length < repeatLimit) return undefined;
  return new DomainError('CHAT_REPEAT', 'this was said already', {
    retryAfterMs: String(first.at + repeatSeconds * 1_000 - now),
  });
}

/** The pace after something was said. */
export function advancePace(settings: ChatSettings, pace: Pace, gist: string, now: number): Pace {
  const { floodMessages, floodSeconds, repeatLimit, repeatSeconds } = settings;
  const stepMs = floodMessages === 0 ? 0 : (floodSeconds * 1_000) / floodMessages;
  const since = now - repeatSeconds * 1_000;
  const recent = pace.recent.filter(({ at }) => at > since);
  if (repeatLimit > 0 && gist !== '') recent.push({ at: now, gist });
  return {
    lastSaidAt: now,
    floodAt: Math.round(Math.max(pace.floodAt, now) + stepMs),
    recent: recent.slice(-rememberedGists),
  };
}

/** The room's pace after something was said. */
export function advanceRoomPace({ second, count }: RoomPace, now: number): RoomPace {
  const current = Math.floor(now / 1_000);
  return second === current ? { second, count: count + 1 } : { second: current, count: 1 };
}
