import { z } from 'zod';

const chosen = z.object({ paymentKey: z.string() });
const seen = z.object({ payment: z.object({ status: z.string(), balanceAmount: z.number() }) });

/** A buyer chooses a card on the page of the card company's stand-in; answers the payment key. */
export async function chooseCard(
  sandboxUrl: string,
  order: { readonly orderId: string; readonly amount: number },
): Promise<string> {
  const response = await fetch(`${sandboxUrl}/sandbox/toss/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  return chosen.parse(await response.json()).paymentKey;
}

/** Won that the card company has taken by that key and not given back. */
export async function takenFrom(sandboxUrl: string, paymentKey: string): Promise<number> {
  const response = await fetch(`${sandboxUrl}/sandbox/toss/payments/${paymentKey}`);
  const { payment } = seen.parse(await response.json());
  return payment.status === 'DONE' ? payment.balanceAmount : 0;
}
