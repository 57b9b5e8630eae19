import { auditsRoutes } from './audits/routes.ts';
import { banksRoutes } from './banks/routes.ts';
import { broadcastsRoutes } from './broadcasts/routes.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { chatRoutes } from './chat/routes.ts';
import type { Routes } from './context.ts';
import { departuresRoutes } from './departures/routes.ts';
import { filesRoutes } from './files/routes.ts';
import { followsRoutes } from './follows/routes.ts';
import { jobsRoutes } from './jobs/routes.ts';
import { ordersRoutes } from './orders/routes.ts';
import { paymentsRoutes } from './payments/routes.ts';
import { pointsRoutes } from './points/routes.ts';
import { pollsRoutes } from './polls/routes.ts';
import { privacyRoutes } from './privacy/routes.ts';
import { questionsRoutes } from './questions/routes.ts';
import { reactionsRoutes } from './reactions/routes.ts';
import { sellersRoutes } from './sellers/routes.ts';
import { sessionsRoutes } from './sessions/routes.ts';
import { socialRoutes } from './social/routes.ts';
import { usersRoutes } from './users/routes.ts';

/** Every endpoint with its handler. */
export const allRoutes: Routes = [
  ...usersRoutes,
  ...sessionsRoutes,
  ...filesRoutes,
  ...socialRoutes,
  ...catalogRoutes,
  ...broadcastsRoutes,
  ...ordersRoutes,
  ...paymentsRoutes,
  ...pointsRoutes,
  ...chatRoutes,
  ...followsRoutes,
  ...reactionsRoutes,
  ...pollsRoutes,
  ...questionsRoutes,
  ...sellersRoutes,
  ...banksRoutes,
  ...departuresRoutes,
  ...jobsRoutes,
  ...privacyRoutes,
  ...auditsRoutes,
];
