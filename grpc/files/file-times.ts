const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Milliseconds for which the store takes an upload. */
export const uploadMs = 15 * minuteMs;
/** Milliseconds that whoever uploaded at the last moment has to say so. */
export const completeMs = 5 * minuteMs;
/** Milliseconds that workers have to look at an upload before it is given up. */
export const checkMs = dayMs;
/** Milliseconds for which a file is kept that nothing uses. */
export const unusedMs = dayMs;
/** Milliseconds for which one can still read what became of a file that is gone. */
export const memoryMs = 7 * dayMs;
/** Seconds for which an address of a private file works. */
export const readSeconds = 300;
/** Milliseconds after which nothing that was under way when a file ended can still write. */
export const settledMs = 2 * minuteMs;
