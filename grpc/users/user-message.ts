import type { DeepPartial, User as UserMessage } from '../../proto/gen/onair/users/v1/users.ts';
import { languageCodec } from './language-codec.ts';
import { roleCodec } from './role-codec.ts';
import type { User } from './user.ts';

/** An account on the wire. */
export function toUserMessage(user: User): DeepPartial<UserMessage> {
  const { id, email, name, phone, suspended } = user;
  return {
    ...{ id, email, name, phone, suspended },
    roles: user.roles.map(roleCodec.toProto),
    createdAt: new Date(user.createdAt),
    language: languageCodec.toProto(user.language),
    emailVerifiedAt: dateOf(user.emailVerifiedAt),
    tosVersion: user.tos?.version ?? '',
    tosAgreedAt: dateOf(user.tos?.agreedAt),
    imageUrl: user.imageUrl ?? '',
    marketingConsentAt: dateOf(user.marketingConsentAt),
  };
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
