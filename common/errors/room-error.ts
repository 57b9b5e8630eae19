import type { ErrorCode } from './codes.ts';
import type { DomainError } from './domain-error.ts';
import { textFor } from './texts.ts';

/** What a room answers a refused request with. `retry` says whether the same request may succeed. */
export interface RoomError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: boolean;
  readonly details: Readonly<Record<string, string>>;
}

const retryByCode: Readonly<Record<ErrorCode, boolean>> = {
  INVALID_ARGUMENT: false,
  MALFORMED_REQUEST: false,
  HEADERS_TOO_LARGE: false,
  REQUEST_TIMEOUT: false,
  PAYLOAD_TOO_LARGE: false,
  METHOD_NOT_ALLOWED: false,
  UNSUPPORTED_MEDIA_TYPE: false,
  UNKNOWN_MESSAGE: false,
  UNAUTHENTICATED: false,
  TOKEN_EXPIRED: false,
  BAD_CREDENTIALS: false,
  REAUTHENTICATION_REQUIRED: false,
  SESSION_REVOKED: false,
  ACCOUNT_SUSPENDED: false,
  PERMISSION_DENIED: false,
  NOT_FOUND: false,
  EMAIL_TAKEN: false,
  OPEN_MATTERS: false,
  BUSINESS_NUMBER_TAKEN: false,
  WEAK_PASSWORD: false,
  FILE_NOT_FOUND: false,
  FILE_NOT_UPLOADED: false,
  FILE_NOT_READY: false,
  FILE_WRONG_PURPOSE: false,
  UPLOAD_REFUSED: false,
  LINK_NOT_VALID: false,
  SECOND_FACTOR_REQUIRED: false,
  SECOND_FACTOR_INVALID: false,
  CHALLENGE_INVALID: false,
  SOCIAL_DISABLED: false,
  SOCIAL_STATE_INVALID: false,
  SOCIAL_CODE_INVALID: false,
  SOCIAL_SCOPE_MISSING: false,
  SOCIAL_UNDER_AGE: false,
  SOCIAL_EMAIL_TAKEN: false,
  SOCIAL_ALREADY_LINKED: false,
  LAST_WAY_IN: false,
  STALE_VERSION: false,
  REQUEST_ID_REUSED: false,
  INVALID_STATE: false,
  SOLD_OUT: false,
  LIMIT_REACHED: false,
  DEAL_NOT_OPEN: false,
  BROADCAST_NOT_LIVE: false,
  POLL_CLOSED: false,
  ALREADY_VOTED: false,
  PRODUCT_NOT_ON_SALE: false,
  PRICE_CHANGED: false,
  INSUFFICIENT_STOCK: false,
  INSUFFICIENT_POINTS: false,
  ALREADY_RESOLVED: false,
  PAYMENT_DEADLINE_PASSED: false,
  AMOUNT_MISMATCH: false,
  CHAT_BANNED: false,
  CHAT_MUTED: false,
  CHAT_FROZEN: true,
  CHAT_FOLLOWERS_ONLY: false,
  CHAT_BANNED_WORD: false,
  CHAT_LINK: false,
  CHAT_PHONE_NUMBER: false,
  CHAT_SLOW_MODE: true,
  CHAT_FLOOD: true,
  CHAT_REPEAT: true,
  ROOM_FULL: true,
  BROADCAST_FULL: true,
  BANNED: false,
  RATE_LIMITED: true,
  OVERLOADED: true,
  UNAVAILABLE: true,
  DEADLINE_EXCEEDED: true,
  INTERNAL: false,
};

/** Translates a refusal for a room's client. */
export function toRoomError(error: DomainError): RoomError {
  return {
    code: error.code,
    message: textFor(error.code, 'ko'),
    retry: retryByCode[error.code],
    details: error.details,
  };
}
