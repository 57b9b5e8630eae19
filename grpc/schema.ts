import { banksEntities } from './banks/index.ts';
import { broadcastsEntities } from './broadcasts/index.ts';
import { catalogEntities } from './catalog/index.ts';
import { chatEntities } from './chat/index.ts';
import { dbSchema } from './db/index.ts';
import { Users1763770000002 } from './db/migrations/0002-users.ts';
import { Catalog1763770000003 } from './db/migrations/0003-catalog.ts';
import { Broadcasts1763770000004 } from './db/migrations/0004-broadcasts.ts';
import { Orders1763770000005 } from './db/migrations/0005-orders.ts';
import { Payments1763770000006 } from './db/migrations/0006-payments.ts';
import { Points1763770000007 } from './db/migrations/0007-points.ts';
import { Chat1763770000008 } from './db/migrations/0008-chat.ts';
import { ChatPolicy1763770000009 } from './db/migrations/0009-chat-policy.ts';
import { ChatModeration1763770000010 } from './db/migrations/0010-chat-moderation.ts';
import { Follows1763770000011 } from './db/migrations/0011-follows.ts';
import { ChatHistory1763770000012 } from './db/migrations/0012-chat-history.ts';
import { Reactions1763770000013 } from './db/migrations/0013-reactions.ts';
import { PollsAndQuestions1763770000014 } from './db/migrations/0014-polls-and-questions.ts';
import { Moderation1763770000015 } from './db/migrations/0015-moderation.ts';
import { Admission1763770000016 } from './db/migrations/0016-admission.ts';
import { Sessions1763770000017 } from './db/migrations/0017-sessions.ts';
import { Accounts1763770000018 } from './db/migrations/0018-accounts.ts';
import { Mails1763770000019 } from './db/migrations/0019-mails.ts';
import { Files1763770000020 } from './db/migrations/0020-files.ts';
import { ProfileImages1763770000021 } from './db/migrations/0021-profile-images.ts';
import { Social1763770000022 } from './db/migrations/0022-social.ts';
import { SecondFactors1763770000023 } from './db/migrations/0023-second-factors.ts';
import { Vault1763770000024 } from './db/migrations/0024-vault.ts';
import { SealedAccounts1763770000025 } from './db/migrations/0025-sealed-accounts.ts';
import { Sellers1763770000026 } from './db/migrations/0026-sellers.ts';
import { SellerPages1763770000027 } from './db/migrations/0027-seller-pages.ts';
import { Profiles1763770000029 } from './db/migrations/0029-profiles.ts';
import { Banks1763770000030 } from './db/migrations/0030-banks.ts';
import { PeopleChanges1763770000031 } from './db/migrations/0031-people-changes.ts';
import { ShadowedQuestions1763770000032 } from './db/migrations/0032-shadowed-questions.ts';
import { NewestRemovals1763770000034 } from './db/migrations/0034-newest-removals.ts';
import { filesEntities } from './files/index.ts';
import { followsEntities } from './follows/index.ts';
import { notificationsEntities } from './notifications/index.ts';
import { ordersEntities } from './orders/index.ts';
import { paymentsEntities } from './payments/index.ts';
import { pointsEntities } from './points/index.ts';
import { pollsEntities } from './polls/index.ts';
import { privacyEntities } from './privacy/index.ts';
import { questionsEntities } from './questions/index.ts';
import { reactionsEntities } from './reactions/index.ts';
import { sellersEntities } from './sellers/index.ts';
import { sessionsEntities } from './sessions/index.ts';
import { socialEntities } from './social/index.ts';
import { usersEntities } from './users/index.ts';
import { vaultEntities } from './vault/index.ts';

/** Every table of every domain, and how it came to be. One domain owns each table. */
export const schema = {
  entities: [
    ...dbSchema.entities,
    ...vaultEntities,
    ...privacyEntities,
    ...usersEntities,
    ...banksEntities,
    ...sessionsEntities,
    ...socialEntities,
    ...notificationsEntities,
    ...filesEntities,
    ...catalogEntities,
    ...broadcastsEntities,
    ...ordersEntities,
    ...paymentsEntities,
    ...pointsEntities,
    ...chatEntities,
    ...followsEntities,
    ...reactionsEntities,
    ...pollsEntities,
    ...questionsEntities,
    ...sellersEntities,
  ],
  migrations: [
    ...dbSchema.migrations,
    Users1763770000002,
    Catalog1763770000003,
    Broadcasts1763770000004,
    Orders1763770000005,
    Payments1763770000006,
    Points1763770000007,
    Chat1763770000008,
    ChatPolicy1763770000009,
    ChatModeration1763770000010,
    Follows1763770000011,
    ChatHistory1763770000012,
    Reactions1763770000013,
    PollsAndQuestions1763770000014,
    Moderation1763770000015,
    Admission1763770000016,
    Sessions1763770000017,
    Accounts1763770000018,
    Mails1763770000019,
    Files1763770000020,
    ProfileImages1763770000021,
    Social1763770000022,
    SecondFactors1763770000023,
    Vault1763770000024,
    SealedAccounts1763770000025,
    Sellers1763770000026,
    SellerPages1763770000027,
    Profiles1763770000029,
    Banks1763770000030,
    PeopleChanges1763770000031,
    ShadowedQuestions1763770000032,
    NewestRemovals1763770000034,
  ],
};
