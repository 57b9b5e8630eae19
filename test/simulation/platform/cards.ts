import { loadConfig } from '../../../common/config.ts';
import { silentLogger } from '../../../common/logger.ts';
import { startSandbox } from '../../../sandbox/index.ts';

export const tossSecret = 'test_sk_of_the_simulation';

/** What the card company does with a call. */
export type CardLuck = 'approve' | 'decline:REJECT_CARD_PAYMENT' | 'timeout' | 'lost';

interface CardView {
  readonly paymentKey: string;
  readonly payment: { readonly status: string; readonly balanceAmount: number };
}

/** The card company, and what buyers do on its page. */
export interface Cards {
  readonly address: string;
  /** A buyer chooses a card for an order; answers the payment key. */
  choose(order: {
    readonly orderId: string;
    readonly amount: number;
    readonly outcome: CardLuck;
    readonly cancelOutcome: CardLuck;
  }): Promise<string>;
  /** Changes what becomes of calls from now on. */
  change(paymentKey: string, luck: { outcome?: CardLuck; cancelOutcome?: CardLuck }): Promise<void>;
  /** Won that the company has taken and not given back. */
  taken(paymentKey: string): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the stand-in of the card company. It keeps its books in `dir`. */
export async function startCards(dir: string): Promise<Cards> {
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
    async choose(order) {
      // Longer than any run: it lapses by the machine's clock, not by the held one.
      return (await call('POST', '', { ...order, validMs: 86_400_000 })).paymentKey;
    },
    async change(paymentKey, luck) {
      await call('PATCH', `/${paymentKey}`, luck);
    },
    async taken(paymentKey) {
      const { status, balanceAmount } = (await call('GET', `/${paymentKey}`)).payment;
      return status === 'DONE' ? balanceAmount : 0;
    },
    stop: () => part.stop(),
  };
}
