import { z } from 'zod';
import { requireUser } from '../../common/auth/index.ts';
import {
  BankAccountStatus,
  type BanksServiceImplementation,
} from '../../proto/gen/onair/banks/v1/banks.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import type { BankAccount } from './bank-accounts.ts';
import { banks as bankList, readNumber } from './bank-list.ts';
import { bankStatuses } from './entities.ts';
import type { Banks } from './index.ts';

const statusCodec = createEnumCodec(BankAccountStatus, bankStatuses);

const setRequest = z
  .object({
    requestId,
    bankCode: z.string().max(3),
    number: z.string().max(50),
    holder: text(1, 50),
    password: z.string().max(1_024),
  })
  .transform(({ number, ...rest }, context) => {
    const digits = readNumber(rest.bankCode, number);
    if (digits !== undefined) return { ...rest, number: digits };
    context.addIssue({ code: 'custom', path: ['number'], message: 'is none of that bank' });
    return z.NEVER;
  });
const getRequest = z.object({ userId: idOf('usr'), reason: text(0, 500) });
const verifyRequest = z.object({ userIds: z.array(idOf('usr')).max(500) });

/** BanksService over the domain. */
export function createBanksService(banks: Banks): BanksServiceImplementation<CallExt> {
  return {
    listBanks: async () => ({ banks: [...bankList] }),
    async setBankAccount(request, { actor, signal }) {
      const input = { ...setRequest.parse(request), signal };
      return toMessage(await banks.setBankAccount(requireUser(actor), input));
    },
    async getBankAccount(request, { actor }) {
      return toMessage(await banks.getBankAccount(actor, getRequest.parse(request)));
    },
    async verifyBankAccounts(request) {
      const { userIds } = verifyRequest.parse(request);
      return { pendingUserIds: await banks.verifyBankAccounts(userIds) };
    },
  };
}

function toMessage({ userId, bankCode, number, holder, status, failure, changedAt }: BankAccount) {
  return {
    ...{ userId, bankCode, number, holder, failure: failure ?? '' },
    status: statusCodec.toProto(status),
    changedAt: new Date(changedAt),
  };
}
