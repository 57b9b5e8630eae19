import { randomInt } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

export const ntsKey = 'key+of/the=fixture';

/** What the Tax Service is told of a business; see sandbox/nts/registry.ts. */
export interface BusinessOptions {
  readonly behaviour?: string;
  readonly start_dt?: string;
  readonly p_nm?: string;
}

/** The stand-in of the National Tax Service. */
export interface TestTaxService {
  /** How our side finds it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Registers a business; answers its number, which nobody else of the run has. */
  business(options?: BusinessOptions): Promise<string>;
  change(number: string, options: BusinessOptions): Promise<void>;
  /** How often calls named it. */
  callsOf(number: string): Promise<{ status: number; validate: number }>;
  stop(): Promise<void>;
}

export async function startTaxService(): Promise<TestTaxService> {
  const dir = makeTempDir('nts');
  const config = loadConfig({ DATA_DIR: dir, SANDBOX_PORT: '0', NTS_SERVICE_KEY: ntsKey });
  const part = await startSandbox({ config, log: silentLogger() });
  const address = part.address ?? '';

  async function put(number: string, options: BusinessOptions): Promise<void> {
    const response = await fetch(`${address}/sandbox/nts/businesses/${number}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(options),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  return {
    settings: { NTS_BASE_URL: address, NTS_SERVICE_KEY: ntsKey, NTS_TIMEOUT_MS: '1000' },
    async business(options = {}) {
      const number = unusedBusinessNumber();
      await put(number, options);
      return number;
    },
    change: put,
    async callsOf(number) {
      const response = await fetch(`${address}/sandbox/nts/businesses/${number}`);
      const { calls } = (await response.json()) as { calls: { status: number; validate: number } };
      return calls;
    },
    async stop() {
      await part.stop();
      await removeTempDir(dir);
    },
  };
}

let next = randomInt(100_000_000);

/** A business number whose check digit is right, and that nobody else of the run has. */
export function unusedBusinessNumber(): string {
  next += 1;
  const nine = String(100_000_000 + (next % 900_000_000));
  const weights = [1, 3, 7, 1, 3, 7, 1, 3];
  const digits = [...nine].map(Number);
  const last = 5 * (digits[8] ?? 0);
  const sum = weights.reduce((total, weight, i) => total + weight * (digits[i] ?? 0), 0);
  return `${nine}${(10 - ((sum + last + Math.floor(last / 10)) % 10)) % 10}`;
}
