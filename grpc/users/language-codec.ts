import { Language } from '../../proto/gen/onair/users/v1/users.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';

/** Languages on the wire and in the domain. */
export const languageCodec = createEnumCodec(Language, ['ko', 'en'] as const);
