import { z } from 'zod';
import { BankAccountStatus } from '../../proto/gen/onair/banks/v1/banks.ts';
import { enumCodec, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams, ownPassword, text, unconfirmed } from './schemas.ts';

const bank = z
  .object({
    code: z.string().describe('Standard code of the institution, three digits.'),
    name: z.string(),
    minDigits: count.describe('Fewest digits of an account number.'),
    maxDigits: count.describe('Most digits of an account number.'),
  })
  .meta({ id: 'Bank' });

const bankAccount = z
  .object({
    bankCode: z.string(),
    number: z.string().describe('Digits; masked for others.'),
    holder: z.string().describe('Masked for others.'),
    status: enumCodec(BankAccountStatus),
    failure: textOrNull.describe('`holder_mismatch`, `closed` or `not_found`, if it failed.'),
    changedAt: timestamp,
  })
  .meta({ id: 'BankAccount', description: 'Where someone is paid.' });

export const banksSpec = endpoints({
  listBanks: {
    method: 'GET',
    path: '/v1/banks',
    summary: 'List banks that accounts may be at',
    action: 'banks.listBanks',
    credentials: 'ignored',
    idempotency: 'none',
    success: {
      status: 200,
      description: 'Every bank.',
      body: z.object({ items: z.array(bank) }).meta({ id: 'BankList' }),
    },
    refusals: [],
    cacheSeconds: 3_600,
  },
  setBankAccount: {
    method: 'PUT',
    path: '/v1/me/bank-account',
    summary: 'Set the own bank account',
    description: 'The bank is then asked whose it is; the status says what it answered.',
    action: 'banks.setBankAccount',
    idempotency: 'optional',
    body: z
      .strictObject({
        bankCode: z.string().regex(/^\d{3}$/),
        number: z.string().max(50).describe('Spaces and dashes don’t count.'),
        holder: text(1, 50).describe('As the bank has it.'),
        password: ownPassword,
      })
      .meta({ id: 'SetBankAccountBody' }),
    success: { status: 200, description: 'The account.', body: bankAccount },
    refusals: unconfirmed,
  },
  getMyBankAccount: {
    method: 'GET',
    path: '/v1/me/bank-account',
    summary: 'Read the own bank account',
    action: 'banks.getBankAccount',
    idempotency: 'none',
    success: { status: 200, description: 'The account.', body: bankAccount },
    refusals: ['NOT_FOUND'],
  },
  getBankAccount: {
    method: 'GET',
    path: '/v1/users/{userId}/bank-account',
    summary: 'Read a bank account',
    description: 'The own; or anyone’s for admins: masked, or whole for a reason, which is noted.',
    action: 'banks.getBankAccount',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    query: z.strictObject({ reason: text(1, 500).optional() }),
    success: { status: 200, description: 'The account.', body: bankAccount },
    refusals: ['NOT_FOUND'],
  },
});
