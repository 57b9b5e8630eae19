import { roles } from '../../common/auth/index.ts';
import { Role } from '../../proto/gen/onair/users/v1/users.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';

/** Roles on the wire and in the domain. */
export const roleCodec = createEnumCodec(Role, roles);
