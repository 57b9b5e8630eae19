import { pino } from 'pino';
import { createFrameworkLog, takeConsole } from './framework-log.ts';

function setUp() {
  const lines: { level: number; msg: string; leftOut?: number }[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  let now = 0;
  const frameworkLog = createFrameworkLog(log, () => now);
  const later = (ms: number) => {
    now += ms;
  };
  return { lines, frameworkLog, later };
}

describe('the framework’s log', () => {
  it('takes its errors for warnings, and keeps what it has to say else to itself', () => {
    const { lines, frameworkLog } = setUp();
    frameworkLog.error('no frame: %j', { a: 1 });
    frameworkLog.info('a room');
    expect(lines).toMatchObject([{ level: 40, msg: 'no frame: {"a":1}' }]);
  });

  it('says a few things in each period, and how much it left out', () => {
    const { lines, frameworkLog, later } = setUp();
    for (let i = 0; i < 1_000; i += 1) frameworkLog.error(`frame ${i}`);
    expect(lines).toHaveLength(20);
    later(10_000);
    frameworkLog.warn('again');
    expect(lines.slice(20)).toMatchObject([{ leftOut: 980 }, { msg: 'again' }]);
    later(10_000);
    frameworkLog.warn('and again');
    expect(lines.slice(22)).toMatchObject([{ msg: 'and again' }]);
  });

  it('has what is written to the console meanwhile', () => {
    const { lines, frameworkLog } = setUp();
    const { error } = console;
    const giveBack = takeConsole(frameworkLog);
    console.error('Invalid byte');
    giveBack();
    expect(console.error).toBe(error);
    expect(lines).toMatchObject([{ level: 40, msg: 'Invalid byte' }]);
  });
});
