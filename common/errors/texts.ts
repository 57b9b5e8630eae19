import type { ErrorCode } from './codes.ts';

/** Languages that customers are spoken to in. Korean is the default. */
export type Language = 'ko' | 'en';

const texts: Readonly<Record<ErrorCode, readonly [ko: string, en: string]>> = {
  INVALID_ARGUMENT: ['입력값을 확인해 주세요.', 'Please check your input.'],
  MALFORMED_REQUEST: ['요청 형식이 올바르지 않습니다.', 'The request is malformed.'],
  PAYLOAD_TOO_LARGE: ['요청이 너무 큽니다.', 'The request is too large.'],
  HEADERS_TOO_LARGE: ['요청 헤더가 너무 큽니다.', 'The headers of the request are too large.'],
  REQUEST_TIMEOUT: ['요청이 제때 도착하지 않았습니다.', 'The request took too long to arrive.'],
  METHOD_NOT_ALLOWED: ['허용되지 않는 메서드입니다.', 'This method is not allowed here.'],
  UNSUPPORTED_MEDIA_TYPE: ['JSON 형식으로 보내 주세요.', 'Send the request as application/json.'],
  UNKNOWN_MESSAGE: ['알 수 없는 요청입니다.', 'Unknown request.'],
  UNAUTHENTICATED: ['로그인이 필요합니다.', 'Please log in.'],
  TOKEN_EXPIRED: ['로그인이 만료되었습니다.', 'Your session has expired.'],
  BAD_CREDENTIALS: ['이메일 또는 비밀번호가 올바르지 않습니다.', 'Wrong e-mail or password.'],
  REAUTHENTICATION_REQUIRED: [
    '본인 확인을 위해 다시 로그인해 주세요.',
    'Please log in again to confirm that it is you.',
  ],
  SESSION_REVOKED: ['로그아웃된 세션입니다.', 'This session has ended.'],
  ACCOUNT_SUSPENDED: [
    '이용이 정지된 계정입니다. 고객센터에 문의해 주세요.',
    'This account is suspended; please contact support.',
  ],
  PERMISSION_DENIED: ['권한이 없습니다.', 'You may not do this.'],
  NOT_FOUND: ['찾을 수 없습니다.', 'Not found.'],
  EMAIL_TAKEN: ['이미 가입된 이메일입니다.', 'This e-mail is already in use.'],
  OPEN_MATTERS: [
    '진행 중인 주문이나 방송이 끝난 뒤에 다시 시도해 주세요.',
    'Please finish what is still open first, such as orders or broadcasts.',
  ],
  BUSINESS_NUMBER_TAKEN: [
    '이미 등록된 사업자등록번호입니다. 고객센터에 문의해 주세요.',
    'Another account has this business number; please contact support.',
  ],
  WEAK_PASSWORD: ['비밀번호가 안전하지 않습니다.', 'This password is too weak.'],
  FILE_NOT_FOUND: ['파일을 찾을 수 없습니다.', 'There is no such file.'],
  FILE_NOT_UPLOADED: ['아직 업로드되지 않은 파일입니다.', 'This file was not uploaded yet.'],
  FILE_NOT_READY: [
    '사용할 수 없는 파일입니다. 확인이 끝났는지 살펴봐 주세요.',
    'This file can not be used (yet).',
  ],
  FILE_WRONG_PURPOSE: [
    '다른 용도로 올린 파일입니다.',
    'This file was uploaded for something else.',
  ],
  UPLOAD_REFUSED: [
    '업로드 양식이 올바르지 않거나 만료되었습니다.',
    'This upload form is not valid, or has expired.',
  ],
  LINK_NOT_VALID: [
    '만료되었거나 이미 사용한 링크입니다. 다시 요청해 주세요.',
    'This link has expired or was used; please ask for a new one.',
  ],
  SECOND_FACTOR_REQUIRED: ['인증 앱의 코드를 입력해 주세요.', 'Please enter the code of your app.'],
  SECOND_FACTOR_INVALID: ['인증 코드가 올바르지 않습니다.', 'The code is wrong or was used.'],
  CHALLENGE_INVALID: [
    '로그인 시간이 지났습니다. 처음부터 다시 로그인해 주세요.',
    'This log-in took too long; please start again.',
  ],
  SOCIAL_DISABLED: [
    '지금은 이 로그인 방법을 사용할 수 없습니다.',
    'This way to log in is not available.',
  ],
  SOCIAL_STATE_INVALID: [
    '로그인 요청이 만료되었거나 올바르지 않습니다. 처음부터 다시 시도해 주세요.',
    'This attempt is too old or was used; please start again.',
  ],
  SOCIAL_CODE_INVALID: [
    '인증 코드가 만료되었거나 올바르지 않습니다. 처음부터 다시 시도해 주세요.',
    'The provider did not accept the code; please start again.',
  ],
  SOCIAL_SCOPE_MISSING: ['필수 항목에 동의해 주세요.', 'Please agree to share what is required.'],
  SOCIAL_UNDER_AGE: ['만 14세 미만은 가입할 수 없습니다.', 'You must be 14 or older.'],
  SOCIAL_EMAIL_TAKEN: [
    '이미 가입된 이메일입니다. 기존 계정으로 로그인한 뒤 연결해 주세요.',
    'This e-mail has an account; log in to it and link there.',
  ],
  SOCIAL_ALREADY_LINKED: ['이미 연결된 계정입니다.', 'This is linked already.'],
  LAST_WAY_IN: [
    '마지막 로그인 수단은 해제할 수 없습니다. 먼저 비밀번호를 설정해 주세요.',
    'This is your last way to log in; set a password first.',
  ],
  STALE_VERSION: [
    '다른 사람이 먼저 수정했습니다. 다시 불러와 주세요.',
    'Someone changed this first; reload it.',
  ],
  REQUEST_ID_REUSED: [
    '같은 요청 번호로 다른 내용을 보냈습니다.',
    'This request id was used with other input.',
  ],
  INVALID_STATE: ['지금 상태에서는 할 수 없습니다.', 'This cannot be done in the current state.'],
  SOLD_OUT: ['품절되었습니다.', 'Sold out.'],
  LIMIT_REACHED: ['1인당 구매 한도를 넘었습니다.', 'You have reached the limit per buyer.'],
  DEAL_NOT_OPEN: ['딜이 진행 중이 아닙니다.', 'The deal is not open.'],
  BROADCAST_NOT_LIVE: ['방송 중이 아닙니다.', 'The broadcast is not live.'],
  POLL_CLOSED: ['마감된 투표입니다.', 'The poll is closed.'],
  ALREADY_VOTED: ['이미 투표했습니다.', 'You have already voted.'],
  PRODUCT_NOT_ON_SALE: ['판매가 중지된 상품입니다.', 'This product is not on sale.'],
  PRICE_CHANGED: ['가격이 변경되었습니다.', 'The price has changed.'],
  INSUFFICIENT_STOCK: ['재고가 부족합니다.', 'Not enough stock.'],
  INSUFFICIENT_POINTS: ['포인트가 부족합니다.', 'Not enough points.'],
  ALREADY_RESOLVED: ['이미 처리되었습니다.', 'This has already been settled.'],
  PAYMENT_DEADLINE_PASSED: ['결제 기한이 지났습니다.', 'The payment deadline has passed.'],
  AMOUNT_MISMATCH: ['결제 금액이 주문 금액과 다릅니다.', 'The amount differs from the order.'],
  CHAT_BANNED: ['이 방송의 채팅에 참여할 수 없습니다.', 'You may not chat in this broadcast.'],
  CHAT_MUTED: ['채팅이 제한되었습니다.', 'You have been muted.'],
  CHAT_FROZEN: ['지금은 채팅이 잠시 멈춰 있습니다.', 'The chat is frozen for now.'],
  CHAT_FOLLOWERS_ONLY: [
    '판매자를 팔로우한 분만 채팅할 수 있습니다.',
    'Only followers of the seller can chat.',
  ],
  CHAT_BANNED_WORD: [
    '사용할 수 없는 표현이 들어 있습니다.',
    'This holds a word that is not allowed.',
  ],
  CHAT_LINK: ['링크는 보낼 수 없습니다.', 'Links are not allowed here.'],
  CHAT_PHONE_NUMBER: ['전화번호는 쓸 수 없습니다.', 'Phone numbers are not allowed here.'],
  CHAT_SLOW_MODE: ['슬로 모드입니다. 잠시 후 다시 보내 주세요.', 'Slow mode is on; wait a little.'],
  CHAT_FLOOD: ['메시지를 너무 빨리 보내고 있습니다.', 'Messages are coming too fast.'],
  CHAT_REPEAT: ['같은 내용을 반복해서 보낼 수 없습니다.', 'You have said this already.'],
  ROOM_FULL: ['방송 정원이 찼습니다.', 'The broadcast is full.'],
  BROADCAST_FULL: [
    '방송 정원이 찼습니다. 순서대로 입장합니다.',
    'The broadcast is full; you are in line.',
  ],
  BANNED: ['이 방송에 입장할 수 없습니다.', 'You may not enter this broadcast.'],
  RATE_LIMITED: [
    '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.',
    'Too many requests; try again later.',
  ],
  OVERLOADED: [
    '접속이 몰리고 있습니다. 잠시 후 다시 시도해 주세요.',
    'We are busy; try again in a moment.',
  ],
  UNAVAILABLE: ['일시적으로 이용할 수 없습니다.', 'Temporarily unavailable.'],
  DEADLINE_EXCEEDED: ['응답이 늦어지고 있습니다.', 'The answer took too long.'],
  INTERNAL: ['일시적인 오류가 발생했습니다.', 'Something went wrong.'],
};

/** What a customer reads for a code. */
export function textFor(code: ErrorCode, language: Language): string {
  return texts[code][language === 'ko' ? 0 : 1];
}
