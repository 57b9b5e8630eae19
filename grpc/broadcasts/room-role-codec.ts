import { RoomRole } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';

/** What someone is in a broadcast's rooms. */
export const roomRoleCodec = createEnumCodec(RoomRole, ['host', 'moderator', 'viewer', 'guest']);
