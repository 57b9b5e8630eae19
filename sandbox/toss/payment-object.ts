import { balanceOf, type Payment } from './payment.ts';

/** Shop id (MID) of the stand-in's merchant. */
const mId = 'tonair';

/**
 * The Payment object of API version 2022-11-16, with the fields that Toss sends for a card. What
 * says nothing about a card payment in won is null, as there.
 */
export function toPaymentObject(payment: Payment): Record<string, unknown> {
  const balanceAmount = balanceOf(payment);
  const suppliedAmount = Math.round(balanceAmount / 1.1);
  const isApproved = payment.approvedAt !== null;
  return {
    mId,
    version: '2022-11-16',
    lastTransactionKey: payment.lastTransactionKey,
    paymentKey: payment.paymentKey,
    orderId: payment.orderId,
    orderName: payment.orderName,
    taxExemptionAmount: 0,
    status: payment.status,
    requestedAt: koreanTime(payment.requestedAt),
    approvedAt: payment.approvedAt === null ? null : koreanTime(payment.approvedAt),
    useEscrow: false,
    cultureExpense: false,
    card: isApproved ? cardOf(payment) : null,
    virtualAccount: null,
    transfer: null,
    mobilePhone: null,
    giftCertificate: null,
    cashReceipt: null,
    cashReceipts: null,
    discount: null,
    cancels: payment.cancels.length === 0 ? null : payment.cancels.map(toCancelObject),
    secret: null,
    type: 'NORMAL',
    easyPay: null,
    country: 'KR',
    failure: payment.failure,
    isPartialCancelable: true,
    receipt: isApproved
      ? { url: `https://dashboard.tosspayments.com/receipt/redirection?transactionId=${mId}` }
      : null,
    checkout: { url: `https://api.tosspayments.com/v1/payments/${payment.paymentKey}/checkout` },
    currency: 'KRW',
    totalAmount: payment.amount,
    balanceAmount,
    suppliedAmount,
    vat: balanceAmount - suppliedAmount,
    taxFreeAmount: 0,
    method: '카드',
    metadata: null,
  };
}

function cardOf(payment: Payment): Record<string, unknown> {
  return {
    issuerCode: '61',
    acquirerCode: '31',
    number: '12345678****000*',
    installmentPlanMonths: 0,
    isInterestFree: false,
    interestPayer: null,
    approveNo: '00000000',
    useCardPoint: false,
    cardType: '신용',
    ownerType: '개인',
    acquireStatus: 'READY',
    amount: payment.amount,
  };
}

function toCancelObject(cancel: Payment['cancels'][number]): Record<string, unknown> {
  return {
    transactionKey: cancel.transactionKey,
    cancelReason: cancel.cancelReason,
    taxExemptionAmount: 0,
    canceledAt: koreanTime(cancel.canceledAt),
    cardDiscountAmount: 0,
    transferDiscountAmount: 0,
    easyPayDiscountAmount: 0,
    receiptKey: null,
    cancelAmount: cancel.cancelAmount,
    taxFreeAmount: 0,
    refundableAmount: cancel.refundableAmount,
    cancelStatus: 'DONE',
    cancelRequestId: null,
  };
}

/** ISO 8601 to the second with Korea's offset: `2025-11-21T10:20:47+09:00`. */
function koreanTime(epochMs: number): string {
  return `${new Date(epochMs + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`;
}
