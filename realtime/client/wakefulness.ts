/** Milliseconds between two looks at the clock. */
const tickMs = 1_000;
/** Two looks further apart than this mean that the timers stood still: the device slept. */
const sleptMs = 4_000;
/** Difference between the two local clocks after which one of them was set, or stood still. */
const clockJumpMs = 500;

export interface WakefulnessDeps {
  /** Once a second while awake. */
  readonly onTick: () => void;
  /** The device woke, the page came back to the front, or the network came back. */
  readonly onWake: () => void;
  /** What the local clock says can't be compared with what it said before. */
  readonly onClockJump: () => void;
}

/** Events of a browser after which a connection may be dead though nothing said so. */
const wakeEvents = ['online', 'pageshow', 'resume', 'focus'] as const;

/** Notices that timers were frozen, as on a phone asleep. Answers the function that ends it. */
export function watchWakefulness(deps: WakefulnessDeps): () => void {
  let [lastWall, lastSteady] = [Date.now(), performance.now()];
  const timer = setInterval(() => {
    const [wall, steady] = [Date.now(), performance.now()];
    const [wallMs, steadyMs] = [wall - lastWall, steady - lastSteady];
    [lastWall, lastSteady] = [wall, steady];
    if (Math.abs(wallMs - steadyMs) > clockJumpMs) deps.onClockJump();
    // Some systems stop one of the two clocks while they sleep.
    if (Math.max(wallMs, steadyMs) > sleptMs) deps.onWake();
    deps.onTick();
  }, tickMs);

  const stops = wakeEvents.map((event) => listen(globalThis, event, deps.onWake));
  const page: unknown = Reflect.get(globalThis, 'document');
  const onVisibility = () => {
    if (Object(page).visibilityState === 'visible') deps.onWake();
  };
  stops.push(listen(page, 'visibilitychange', onVisibility));
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

/** Listens where there is such a thing as events: pages have them, Node has not. */
function listen(target: unknown, event: string, listener: () => void): () => void {
  const call = (name: string) => {
    const method: unknown = Reflect.get(Object(target), name);
    if (typeof method === 'function') Reflect.apply(method, target, [event, listener]);
  };
  call('addEventListener');
  return () => call('removeEventListener');
}
