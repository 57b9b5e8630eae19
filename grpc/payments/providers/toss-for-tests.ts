import { loadConfig } from '../../../common/config.ts';
import { newId } from '../../../common/ids.ts';
import { silentLogger } from '../../../common/logger.ts';
import { startSandbox } from '../../../sandbox/index.ts';
import { makeTempDir, removeTempDir } from '../../../test/kit/temp-dir.ts';
import type { PaymentRow } from '../entities.ts';

export const tossSecret = 'test_sk_of_the_fixture';

/** What the buyer's page asked for, and what the stand-in is to do about it. */
export interface CardOptions {
  readonly orderId?: string;
  readonly amount?: number;
  readonly outcome?: string;
  readonly cancelOutcome?: string;
  readonly validMs?: number;
}

/** A card payment that is looked at behind the counter. */
export interface CardView {
  readonly paymentKey: string;
  readonly confirmCalls: number;
  readonly cancelCalls: number;
  readonly payment: {
    readonly status: string;
    readonly balanceAmount: number;
    readonly lastTransactionKey: string | null;
  };
}

/** The stand-in of Toss Payments, and the buyer's part. */
export interface TossFixture {
  readonly address: string;
  /** The buyer chooses a card; answers the payment key. */
  card(options?: CardOptions): Promise<string>;
  change(
    paymentKey: string,
    what: Pick<CardOptions, 'outcome' | 'cancelOutcome'>,
  ): Promise<CardView>;
  look(paymentKey: string): Promise<CardView>;
  stop(): Promise<void>;
}

export async function startToss(): Promise<TossFixture> {
  const dir = makeTempDir('toss');
  const config = loadConfig({ DATA_DIR: dir, SANDBOX_PORT: '0', TOSS_SECRET_KEY: tossSecret });
  const part = await startSandbox({ config, log: silentLogger() });

  async function call(method: string, path: string, body?: unknown): Promise<CardView> {
    const response = await fetch(`${part.address}/sandbox/toss/payments${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as CardView;
  }

  return {
    address: part.address,
    card: async ({ orderId = newId('ord'), amount = 10_000, ...rest } = {}) =>
      (await call('POST', '', { orderId, amount, ...rest })).paymentKey,
    change: (paymentKey, what) => call('PATCH', `/${paymentKey}`, what),
    look: (paymentKey) => call('GET', `/${paymentKey}`),
    async stop() {
      await part.stop();
      await removeTempDir(dir);
    },
  };
}

/** A payment of ours that is being confirmed. */
export function cardPayment(more: Partial<PaymentRow>): PaymentRow {
  return {
    id: newId('pay'),
    orderId: newId('ord'),
    userId: newId('usr'),
    method: 'card',
    amount: 10_000,
    status: 'confirming',
    providerKey: null,
    reference: null,
    failureCode: null,
    failureMessage: null,
    refusedRefunds: 0,
    createdAt: 0,
    capturedAt: null,
    version: 1,
    ...more,
  };
}
