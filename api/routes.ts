import { auditsRoutes } from './audits/routes.ts';
import { broadcastsRoutes } from './broadcasts/routes.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { chatRoutes } from './chat/routes.ts';
import type { Routes } from './context.ts';
import { jobsRoutes } from './jobs/routes.ts';
import { ordersRoutes } from './orders/routes.ts';
import { paymentsRoutes } from './payments/routes.ts';
import { pointsRoutes } from './points/routes.ts';
import { usersRoutes } from './users/routes.ts';

/** Every endpoint with its handler. */
export const allRoutes: Routes = [
  ...usersRoutes,
  ...catalogRoutes,
  ...broadcastsRoutes,
  ...ordersRoutes,
  ...paymentsRoutes,
  ...pointsRoutes,
  ...chatRoutes,
  ...jobsRoutes,
  ...auditsRoutes,
];
