import { z } from 'zod';
import type { Config } from '../../common/config.ts';
import type { Logger } from '../../common/logger.ts';
import type { BankFailure } from './entities.ts';

/** Where an account is said to be. */
export interface AccountToCheck {
  readonly bankCode: string;
  readonly number: string;
  readonly holder: string;
}

/** What a bank says: it is the holder's, or why not; undefined while it says nothing. */
export type HolderVerdict = 'verified' | BankFailure | undefined;

/** Asks banks whose an account is. */
export type HolderInquiry = (account: AccountToCheck) => Promise<HolderVerdict>;

const found = z.object({ holder: z.string().min(1) });
const refused = z.object({ code: z.string() });

const failures: Readonly<Record<string, BankFailure>> = {
  ACCOUNT_CLOSED: 'closed',
  ACCOUNT_NOT_FOUND: 'not_found',
  UNKNOWN_BANK: 'not_found',
};

/**
 * Inquiry of holders' names over HTTP, at BANK_INQUIRY_BASE_URL or the stand-in of the sandbox.
 * Never throws for what the other side does: what can't be read says nothing, and is asked again.
 */
export function createHolderInquiry(config: Config, log: Logger): HolderInquiry {
  const base =
    config.BANK_INQUIRY_BASE_URL ?? `http://${config.SANDBOX_HOST}:${config.SANDBOX_PORT}`;
  return async ({ bankCode, number, holder }) => {
    try {
      const response = await fetch(`${base.replace(/\/+$/, '')}/v1/account-holders`, {
        method: 'POST',
        signal: AbortSignal.timeout(config.BANK_INQUIRY_TIMEOUT_MS),
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${config.BANK_INQUIRY_KEY}`,
        },
        body: JSON.stringify({ bankCode, accountNumber: number }),
      });
      const answer: unknown = await response.json();
      if (response.ok) {
        const same = plainName(found.parse(answer).holder) === plainName(holder);
        return same ? 'verified' : 'holder_mismatch';
      }
      const failure = response.status === 404 ? failures[refused.parse(answer).code] : undefined;
      if (failure === undefined) {
        log.warn({ provider: 'bank', status: response.status }, 'no answer of the bank');
      }
      return failure;
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'no answer';
      log.warn({ provider: 'bank', reason }, 'no answer of the bank');
      return undefined;
    }
  };
}

/** Names are the same whatever their spaces, width and case: 홍 길동, (주)온에어 and ㈜온에어. */
function plainName(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s/g, '').replaceAll('주식회사', '(주)').toLowerCase();
}
