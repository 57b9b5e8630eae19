import { AuditsServiceDefinition } from '../../proto/gen/onair/audits/v1/audits.ts';
import { BanksServiceDefinition } from '../../proto/gen/onair/banks/v1/banks.ts';
import { BroadcastsServiceDefinition } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { CatalogServiceDefinition } from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { ChatServiceDefinition } from '../../proto/gen/onair/chat/v1/chat.ts';
import { DeparturesServiceDefinition } from '../../proto/gen/onair/departures/v1/departures.ts';
import { FilesServiceDefinition } from '../../proto/gen/onair/files/v1/files.ts';
import { FollowsServiceDefinition } from '../../proto/gen/onair/follows/v1/follows.ts';
import { JobsServiceDefinition } from '../../proto/gen/onair/jobs/v1/jobs.ts';
import { NotificationsServiceDefinition } from '../../proto/gen/onair/notifications/v1/notifications.ts';
import { OrdersServiceDefinition } from '../../proto/gen/onair/orders/v1/orders.ts';
import { PaymentsServiceDefinition } from '../../proto/gen/onair/payments/v1/payments.ts';
import { PointsServiceDefinition } from '../../proto/gen/onair/points/v1/points.ts';
import { PollsServiceDefinition } from '../../proto/gen/onair/polls/v1/polls.ts';
import { PrivacyServiceDefinition } from '../../proto/gen/onair/privacy/v1/privacy.ts';
import { QuestionsServiceDefinition } from '../../proto/gen/onair/questions/v1/questions.ts';
import { ReactionsServiceDefinition } from '../../proto/gen/onair/reactions/v1/reactions.ts';
import { SellersServiceDefinition } from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { SessionsServiceDefinition } from '../../proto/gen/onair/sessions/v1/sessions.ts';
import { SocialServiceDefinition } from '../../proto/gen/onair/social/v1/social.ts';
import { UsersServiceDefinition } from '../../proto/gen/onair/users/v1/users.ts';

/** Every service by its domain. Clients, permissions and the server are all derived from this. */
export const services = {
  users: UsersServiceDefinition,
  sessions: SessionsServiceDefinition,
  social: SocialServiceDefinition,
  notifications: NotificationsServiceDefinition,
  files: FilesServiceDefinition,
  catalog: CatalogServiceDefinition,
  broadcasts: BroadcastsServiceDefinition,
  orders: OrdersServiceDefinition,
  payments: PaymentsServiceDefinition,
  points: PointsServiceDefinition,
  chat: ChatServiceDefinition,
  follows: FollowsServiceDefinition,
  reactions: ReactionsServiceDefinition,
  polls: PollsServiceDefinition,
  questions: QuestionsServiceDefinition,
  sellers: SellersServiceDefinition,
  banks: BanksServiceDefinition,
  departures: DeparturesServiceDefinition,
  jobs: JobsServiceDefinition,
  privacy: PrivacyServiceDefinition,
  audits: AuditsServiceDefinition,
} as const;

/** The services, as a type to derive from. */
export type Services = typeof services;

/** Name of a domain, e.g. `orders`. */
export type Domain = keyof Services;

/** Name of an RPC as permissions and the REST spec use it, e.g. `orders.placeOrders`. */
export type RpcName = {
  [D in Domain]: `${D}.${keyof Services[D]['methods'] & string}`;
}[Domain];
