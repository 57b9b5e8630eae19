import { loadConfig } from '../../../common/config.ts';
import { silentLogger } from '../../../common/logger.ts';
import {
  startTaxService,
  type TestTaxService,
  unusedBusinessNumber,
} from '../../../test/kit/tax-service.ts';
import { createTaxService, type TaxService } from './nts-client.ts';
import { verdictOf } from './verdict.ts';

let stand: TestTaxService;
let tax: TaxService;

const create = (more: Record<string, string> = {}) =>
  createTaxService(
    loadConfig({ ...stand.settings, NTS_TIMEOUT_MS: '1000', ...more }),
    silentLogger(),
  );

beforeAll(async () => {
  stand = await startTaxService();
  tax = create();
});
afterAll(() => stand.stop());

const described = { representative: '홍길동', openedOn: '2024-03-02' };
const ask = async (service: TaxService, number: string) =>
  (await service.check([{ number, ...described }]))[0];

it.each([
  ['active', 'valid'],
  ['dormant', 'dormant'],
  ['closed', 'closed'],
  ['unregistered', 'unregistered'],
  ['mismatch', 'mismatch'],
  ['slow:50', 'valid'],
])('a business that is %s there is %s', async (behaviour, verdict) => {
  expect(await ask(tax, await stand.business({ behaviour }))).toBe(verdict);
});

it.each([
  [{ start_dt: '20240302', p_nm: '홍길동' }, 'valid'],
  [{ start_dt: '20240303', p_nm: '홍길동' }, 'mismatch'],
  [{ start_dt: '20240302', p_nm: '김철수' }, 'mismatch'],
])('one that is registered as %p is %s', async (registered, verdict) => {
  expect(await ask(tax, await stand.business(registered))).toBe(verdict);
});

it.each(['error-500', 'malformed', 'garbled', 'silent', 'slow:2000'])(
  'nothing is known of one that is answered with %s',
  async (behaviour) => {
    expect(await ask(tax, await stand.business({ behaviour }))).toBeUndefined();
  },
);

it('nothing is known with a key that it does not take, or while it is away', async () => {
  const number = await stand.business();
  expect(await ask(create({ NTS_SERVICE_KEY: 'not theirs' }), number)).toBeUndefined();
  expect(await ask(create({ NTS_BASE_URL: 'http://127.0.0.1:9' }), number)).toBeUndefined();
  expect(await stand.callsOf(number)).toEqual({ status: 0, validate: 0 });
});

it('asks about many in calls of a hundred, and one that it can not read spoils no other', async () => {
  const numbers = Array.from({ length: 250 }, () => unusedBusinessNumber());
  const closed = await stand.business({ behaviour: 'closed' });
  const bad = await stand.business({ behaviour: 'malformed' });
  numbers[120] = closed;
  numbers[130] = bad;
  const verdicts = await tax.check(numbers.map((number) => ({ number, ...described })));
  expect(verdicts).toEqual(
    numbers.map((number) => (number === closed ? 'closed' : number === bad ? undefined : 'valid')),
  );
  expect(await stand.callsOf(numbers[0] ?? '')).toEqual({ status: 1, validate: 1 });
});

it.each([
  ['active', true, 'valid'],
  ['active', false, 'mismatch'],
  ['active', undefined, undefined],
  ['closed', true, 'closed'],
  ['closed', undefined, 'closed'],
  ['dormant', true, 'dormant'],
  ['unregistered', false, 'unregistered'],
  [undefined, true, undefined],
  [undefined, false, undefined],
] as const)('%s, and as described %s, is %s', (state, matches, verdict) => {
  expect(verdictOf(state, matches)).toBe(verdict);
});
