interface ErrorFacts {
  readonly status: number;
  readonly message: string;
}

/** Toss Payments' own codes, HTTP statuses and texts, as far as a merchant meets them here. */
const table: Readonly<Record<string, ErrorFacts>> = {
  INVALID_REQUEST: { status: 400, message: '잘못된 요청입니다.' },
  INVALID_API_KEY: { status: 400, message: '잘못된 시크릿키 연동 정보 입니다.' },
  INVALID_IDEMPOTENCY_KEY: { status: 400, message: '멱등키는 300자 이하여야 합니다.' },
  ALREADY_PROCESSED_PAYMENT: { status: 400, message: '이미 처리된 결제 입니다.' },
  ALREADY_CANCELED_PAYMENT: { status: 400, message: '이미 취소된 결제 입니다.' },
  PROVIDER_ERROR: {
    status: 400,
    message: '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
  },
  BELOW_MINIMUM_AMOUNT: {
    status: 400,
    message: '신용카드는 결제금액이 100원 이상, 계좌는 200원이상부터 결제가 가능합니다.',
  },
  EXCEED_MAX_CARD_INSTALLMENT_PLAN: {
    status: 400,
    message: '설정 가능한 최대 할부 개월 수를 초과했습니다.',
  },
  EXCEED_MAX_DAILY_PAYMENT_COUNT: { status: 400, message: '하루 결제 가능 횟수를 초과했습니다.' },
  EXCEED_MAX_PAYMENT_AMOUNT: { status: 400, message: '하루 결제 가능 금액을 초과했습니다.' },
  INVALID_CARD_EXPIRATION: {
    status: 400,
    message: '카드 정보를 다시 확인해주세요. (유효기간)',
  },
  INVALID_CARD_LOST_OR_STOLEN: { status: 400, message: '분실 혹은 도난 카드입니다.' },
  INVALID_REJECT_CARD: {
    status: 400,
    message: '카드 사용이 거절되었습니다. 카드사 문의가 필요합니다.',
  },
  INVALID_STOPPED_CARD: { status: 400, message: '정지된 카드 입니다.' },
  UNAUTHORIZED_KEY: {
    status: 401,
    message: '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.',
  },
  REJECT_CARD_COMPANY: { status: 403, message: '결제 승인이 거절되었습니다.' },
  REJECT_CARD_PAYMENT: { status: 403, message: '한도초과 혹은 잔액부족으로 결제에 실패했습니다.' },
  FORBIDDEN_REQUEST: { status: 403, message: '허용되지 않은 요청입니다.' },
  NOT_CANCELABLE_AMOUNT: { status: 403, message: '취소 할 수 없는 금액 입니다.' },
  NOT_CANCELABLE_PAYMENT: { status: 403, message: '취소 할 수 없는 결제 입니다.' },
  EXCEED_MAX_REFUND_DUE: { status: 403, message: '환불 가능한 기간이 지났습니다.' },
  NOT_AVAILABLE_BANK: { status: 403, message: '은행 서비스 시간이 아닙니다.' },
  NOT_FOUND: { status: 404, message: '존재하지 않는 정보 입니다.' },
  NOT_FOUND_PAYMENT: { status: 404, message: '존재하지 않는 결제 정보 입니다.' },
  NOT_FOUND_PAYMENT_SESSION: {
    status: 404,
    message: '결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.',
  },
  IDEMPOTENT_REQUEST_PROCESSING: { status: 409, message: '이전 멱등 요청이 처리중입니다.' },
  FAILED_INTERNAL_SYSTEM_PROCESSING: {
    status: 500,
    message: '내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.',
  },
};

const unlisted: ErrorFacts = { status: 400, message: '결제를 처리할 수 없습니다.' };

/** An error answer of Toss Payments: `{code, message}` with an HTTP status. */
export class TossError extends Error {
  readonly code: string;
  readonly status: number;

  /** @param code one of Toss' codes; one that is not in the table is answered as HTTP 400 */
  constructor(code: string) {
    const { status, message } = table[code] ?? unlisted;
    super(message);
    this.name = 'TossError';
    this.code = code;
    this.status = status;
  }
}
