export { type ErrorCode, errorCodes, isErrorCode } from './codes.ts';
export {
  DomainError,
  type ErrorDetails,
  InvalidArgument,
  InvalidState,
  NotFound,
  Overloaded,
  PermissionDenied,
  RequestIdReused,
  StaleVersion,
} from './domain-error.ts';
export { grpcStatusByCode } from './grpc-status.ts';
export { httpStatusByCode } from './http-status.ts';
export { type RoomError, toRoomError } from './room-error.ts';
export { type Language, textFor } from './texts.ts';
