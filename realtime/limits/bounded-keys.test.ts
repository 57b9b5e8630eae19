import { createBoundedKeys } from './bounded-keys.ts';

describe('keys of counters', () => {
  it('are told apart as long as there are few, and share a few once there are many', () => {
    let now = 0;
    const key = createBoundedKeys(1_000, 100, () => now);
    const told = new Set(Array.from({ length: 50 }, (_, i) => key(`early-${i}`)));
    expect(told.size).toBe(50);
    const late = new Set(Array.from({ length: 100_000 }, (_, i) => key(`late-${i}`)));
    expect(late.size).toBeLessThanOrEqual(1_024);
    // Who was there first is not counted with an attacker.
    expect(key('early-7')).toBe('early-7');
    // A flood that goes on into the next period does not push out who was there before it.
    now = 1_000;
    for (let i = 0; i < 1_000; i += 1) key(`flood-${i}`);
    expect(key('early-7')).toBe('early-7');
    expect(key('stranger')).toMatch(/^shared-/);
    now = 3_000;
    expect(key('stranger')).toBe('stranger');
  });
});
