import Sequencer from '@jest/test-sequencer';

const longest = /[\\/]test[\\/](chaos|recovery|live-room)[^\\/]*\.test\.ts$/;

/**
 * Longest first, as far as that is known beforehand: whole-system suites take minutes, and one that
 * began among the last would be waited for alone.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) =>
      Number(longest.test(path)) + Number(context.config.displayName?.name === 'system');
    return super.sort(tests).sort((a, b) => rank(b) - rank(a));
  }
}
