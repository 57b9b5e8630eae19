import { auditsSpec } from './spec/audits.ts';
import { banksSpec } from './spec/banks.ts';
import { broadcastsSpec } from './spec/broadcasts.ts';
import { catalogSpec } from './spec/catalog.ts';
import { chatSpec } from './spec/chat.ts';
import { departuresSpec } from './spec/departures.ts';
import type { Endpoint, Spec } from './spec/endpoint.ts';
import { filesSpec } from './spec/files.ts';
import { followsSpec } from './spec/follows.ts';
import { jobsSpec } from './spec/jobs.ts';
import { ordersSpec } from './spec/orders.ts';
import { paymentsSpec } from './spec/payments.ts';
import { pointsSpec } from './spec/points.ts';
import { pollsSpec } from './spec/polls.ts';
import { privacySpec } from './spec/privacy.ts';
import { questionsSpec } from './spec/questions.ts';
import { reactionsSpec } from './spec/reactions.ts';
import { sellersSpec } from './spec/sellers.ts';
import { sessionsSpec } from './spec/sessions.ts';
import { socialSpec } from './spec/social.ts';
import { usersSpec } from './spec/users.ts';

/**
 * Every endpoint of the REST edge, by domain and operationId. Routes, their handlers' types, the
 * OpenAPI document and the typed client all derive from this.
 */
export const spec = {
  users: usersSpec,
  sessions: sessionsSpec,
  files: filesSpec,
  social: socialSpec,
  catalog: catalogSpec,
  broadcasts: broadcastsSpec,
  orders: ordersSpec,
  payments: paymentsSpec,
  points: pointsSpec,
  chat: chatSpec,
  follows: followsSpec,
  reactions: reactionsSpec,
  polls: pollsSpec,
  questions: questionsSpec,
  sellers: sellersSpec,
  banks: banksSpec,
  departures: departuresSpec,
  jobs: jobsSpec,
  privacy: privacySpec,
  audits: auditsSpec,
} as const satisfies Spec;

/** An endpoint with the names it goes by. */
export interface NamedEndpoint {
  /** The domain, which is also the tag. */
  readonly domain: string;
  readonly operationId: string;
  readonly endpoint: Endpoint;
}

/** The endpoints as one list, in the order of the spec. */
export function listEndpoints(from: Spec = spec): NamedEndpoint[] {
  return Object.entries(from).flatMap(([domain, group]) =>
    Object.entries(group).map(([operationId, endpoint]) => ({ domain, operationId, endpoint })),
  );
}
