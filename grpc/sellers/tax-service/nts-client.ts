import { z } from 'zod';
import type { Config } from '../../../common/config.ts';
import type { Logger } from '../../../common/logger.ts';
import { type BusinessState, type Verdict, verdictOf } from './verdict.ts';

/** A business to ask about. */
export interface Business {
  /** Ten digits. */
  readonly number: string;
  readonly representative: string;
  /** As 2024-03-02. */
  readonly openedOn: string;
}

/** The National Tax Service. */
export interface TaxService {
  /**
   * What it says of each, in the order given; undefined of whom it says nothing that can be read.
   * Never throws for what it does. Each call is given up after NTS_TIMEOUT_MS.
   */
  check(businesses: readonly Business[]): Promise<(Verdict | undefined)[]>;
}

/** Businesses that one call takes. */
const maxPerCall = 100;

const statusAnswer = z.object({
  status_code: z.literal('OK'),
  data: z.array(z.object({ b_no: z.string(), b_stt_cd: z.string() })),
});

const validateAnswer = z.object({
  status_code: z.literal('OK'),
  data: z.array(z.object({ b_no: z.string(), valid: z.string() })),
});

const states: Readonly<Record<string, BusinessState>> = {
  '01': 'active',
  '02': 'dormant',
  '03': 'closed',
  '': 'unregistered',
};

const matching: Readonly<Record<string, boolean>> = { '01': true, '02': false };

/** A refusal of what was sent, which a shorter list may fare better with. */
class Unreadable extends Error {}

/**
 * The Tax Service's API at data.go.kr, at NTS_BASE_URL or the stand-in of the sandbox. The key is
 * part of the address, which therefore is in no error and no log.
 */
export function createTaxService(config: Config, log: Logger): TaxService {
  const base = config.NTS_BASE_URL ?? `http://${config.SANDBOX_HOST}:${config.SANDBOX_PORT}`;
  const root = `${base.replace(/\/+$/, '')}/api/nts-businessman/v1`;
  const key = encodeURIComponent(config.NTS_SERVICE_KEY);

  async function post<Answer>(
    call: 'status' | 'validate',
    body: unknown,
    schema: z.ZodType<Answer>,
  ): Promise<Answer> {
    const response = await fetch(`${root}/${call}?serviceKey=${key}`, {
      method: 'POST',
      signal: AbortSignal.timeout(config.NTS_TIMEOUT_MS),
      redirect: 'error',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 400 || response.status === 411) throw new Unreadable();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return schema.parse(JSON.parse(text));
  }

  /** By business number; empty when there was no answer. */
  async function statesOf(numbers: readonly string[]): Promise<Map<string, BusinessState>> {
    const { data } = await post('status', { b_no: numbers }, statusAnswer);
    return new Map(
      data.flatMap(({ b_no, b_stt_cd }) => {
        const state = states[b_stt_cd];
        return state === undefined ? [] : [[b_no, state] as const];
      }),
    );
  }

  async function matches(businesses: readonly Business[]): Promise<(boolean | undefined)[]> {
    const asked = businesses.map(({ number, representative, openedOn }) => ({
      b_no: number,
      start_dt: openedOn.replaceAll('-', ''),
      p_nm: representative,
    }));
    const { data } = await post('validate', { businesses: asked }, validateAnswer);
    return asked.map(({ b_no }, i) => {
      // One answer for each, in order; a list that got out of step says nothing.
      const answer = data[i];
      return answer?.b_no === b_no ? matching[answer.valid] : undefined;
    });
  }

  async function checkSome(businesses: readonly Business[]): Promise<(Verdict | undefined)[]> {
    const [state, match] = await Promise.allSettled([
      statesOf([...new Set(businesses.map(({ number }) => number))]),
      matches(businesses),
    ]);
    const failures = [state, match].filter((one) => one.status === 'rejected');
    if (businesses.length > 1 && failures.some(({ reason }) => reason instanceof Unreadable)) {
      const middle = Math.ceil(businesses.length / 2);
      const halves = [businesses.slice(0, middle), businesses.slice(middle)];
      return (await Promise.all(halves.map(checkSome))).flat();
    }
    for (const { reason } of failures) {
      log.warn({ provider: 'nts', reason: reasonOf(reason) }, 'no answer of the Tax Service');
    }
    return businesses.map(({ number }, i) =>
      verdictOf(
        state.status === 'fulfilled' ? state.value.get(number) : undefined,
        match.status === 'fulfilled' ? match.value[i] : undefined,
      ),
    );
  }

  return {
    async check(businesses) {
      const calls: Promise<(Verdict | undefined)[]>[] = [];
      for (let from = 0; from < businesses.length; from += maxPerCall) {
        calls.push(checkSome(businesses.slice(from, from + maxPerCall)));
      }
      return (await Promise.all(calls)).flat();
    },
  };
}

/** The kind of failure and nothing of what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return 'it could not read the request';
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'unreadable answer';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error && /^HTTP \d+$/.test(error.message)
    ? error.message
    : String(error instanceof Error ? error.name : 'no answer');
}
