import { parseArgs } from 'node:util';

/** What the demo plays, and against what. */
export interface DemoSettings {
  readonly viewers: number;
  readonly buyers: number;
  readonly units: number;
  /** Buyers who never pay. */
  readonly quitters: number;
  /** Buyers who were refused and try again when units come back. */
  readonly secondWave: number;
  readonly chatPerSecond: number;
  /** An instance that runs already; absent means one of our own. */
  readonly url: string | undefined;
  readonly realtimeUrl: string;
  readonly sandboxUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
}

export const help = `npm run demo                      plays a sale on an instance of its own
npm run demo -- --url http://host:3000 --admin-password ...   ... on one that runs already

  --realtime-url URL   its rooms            (default: the same host, port 2567)
  --sandbox-url URL    its provider stand-in (default: the same host, port 4010)
  --admin-email, --admin-password            (or ADMIN_EMAIL, ADMIN_PASSWORD)
  --viewers 300 --buyers 250 --units 100 --quitters 10 --chat 20

An instance that runs already should have a short PAYMENT_DEADLINE_SECONDS: the demo waits for it.`;

/** Reads the command line. Answers undefined when only help was asked for. */
export function readSettings(args: readonly string[]): DemoSettings | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      'realtime-url': { type: 'string' },
      'sandbox-url': { type: 'string' },
      'admin-email': { type: 'string' },
      'admin-password': { type: 'string' },
      viewers: { type: 'string', default: '300' },
      buyers: { type: 'string', default: '250' },
      units: { type: 'string', default: '100' },
      quitters: { type: 'string', default: '10' },
      chat: { type: 'string', default: '20' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const host = (port: number) => {
    const url = new URL(values.url ?? 'http://127.0.0.1:3000');
    return `${url.protocol}//${url.hostname}:${port}`;
  };
  const quitters = whole('quitters', values.quitters);
  const settings = {
    viewers: whole('viewers', values.viewers),
    buyers: whole('buyers', values.buyers),
    units: whole('units', values.units),
    quitters,
    secondWave: quitters * 2,
    chatPerSecond: whole('chat', values.chat),
    url: values.url?.replace(/\/$/, ''),
    realtimeUrl: values['realtime-url'] ?? host(2567),
    sandboxUrl: values['sandbox-url'] ?? host(4010),
    adminEmail: values['admin-email'] ?? process.env.ADMIN_EMAIL ?? 'admin@onair.local',
    adminPassword: values['admin-password'] ?? process.env.ADMIN_PASSWORD ?? '',
  };
  const refused = settings.buyers - settings.units;
  if (settings.viewers < settings.buyers || refused < settings.secondWave) {
    throw new Error('the demo needs viewers >= buyers, and buyers >= units + 2 x quitters');
  }
  if (settings.quitters > settings.units) throw new Error('quitters must not exceed units');
  return settings;
}

function whole(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number`);
  return number;
}
