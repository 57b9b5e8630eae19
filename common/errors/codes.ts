/**
 * Every code that Onair can refuse with, in one list. Codes are stable: clients branch on them,
 * and they travel as they are through gRPC (ErrorInfo.reason), REST (problem+json `code`) and
 * rooms. Each edge has one exhaustive map from this list, so a new code fails the build until
 * every edge knows it.
 */
export const errorCodes = [
  'INVALID_ARGUMENT',
  'MALFORMED_REQUEST',
  'PAYLOAD_TOO_LARGE',
  'HEADERS_TOO_LARGE',
  'REQUEST_TIMEOUT',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNKNOWN_MESSAGE',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'BAD_CREDENTIALS',
  'REAUTHENTICATION_REQUIRED',
  'SESSION_REVOKED',
  'ACCOUNT_SUSPENDED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'EMAIL_TAKEN',
  'OPEN_MATTERS',
  'BUSINESS_NUMBER_TAKEN',
  'WEAK_PASSWORD',
  'FILE_NOT_FOUND',
  'FILE_NOT_UPLOADED',
  'FILE_NOT_READY',
  'FILE_WRONG_PURPOSE',
  'UPLOAD_REFUSED',
  'LINK_NOT_VALID',
  'SECOND_FACTOR_REQUIRED',
  'SECOND_FACTOR_INVALID',
  'CHALLENGE_INVALID',
  'SOCIAL_DISABLED',
  'SOCIAL_STATE_INVALID',
  'SOCIAL_CODE_INVALID',
  'SOCIAL_SCOPE_MISSING',
  'SOCIAL_UNDER_AGE',
  'SOCIAL_EMAIL_TAKEN',
  'SOCIAL_ALREADY_LINKED',
  'LAST_WAY_IN',
  'STALE_VERSION',
  'REQUEST_ID_REUSED',
  'INVALID_STATE',
  'SOLD_OUT',
  'LIMIT_REACHED',
  'DEAL_NOT_OPEN',
  'BROADCAST_NOT_LIVE',
  'POLL_CLOSED',
  'ALREADY_VOTED',
  'PRODUCT_NOT_ON_SALE',
  'PRICE_CHANGED',
  'INSUFFICIENT_STOCK',
  'INSUFFICIENT_POINTS',
  'ALREADY_RESOLVED',
  'PAYMENT_DEADLINE_PASSED',
  'AMOUNT_MISMATCH',
  'CHAT_BANNED',
  'CHAT_MUTED',
  'CHAT_FROZEN',
  'CHAT_FOLLOWERS_ONLY',
  'CHAT_BANNED_WORD',
  'CHAT_LINK',
  'CHAT_PHONE_NUMBER',
  'CHAT_SLOW_MODE',
  'CHAT_FLOOD',
  'CHAT_REPEAT',
  'ROOM_FULL',
  'BROADCAST_FULL',
  'BANNED',
  'RATE_LIMITED',
  'OVERLOADED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

const known: ReadonlySet<string> = new Set(errorCodes);

/** Whether a string from another process is a code of ours. */
export function isErrorCode(value: string): value is ErrorCode {
  return known.has(value);
}
