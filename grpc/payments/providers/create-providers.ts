import type { DomainDeps } from '../../domain-deps.ts';
import type { Points } from '../../points/index.ts';
import type { PaymentMethod } from '../entities.ts';
import { createPointsProvider } from './points.ts';
import type { Provider } from './provider.ts';
import { createTossProvider } from './toss.ts';
import { tossOptions } from './toss-options.ts';

/** The provider of each way to pay. */
export function createProviders(
  { config, log }: DomainDeps,
  points: Points,
): Readonly<Record<PaymentMethod, Provider>> {
  return {
    points: createPointsProvider(points),
    card: createTossProvider(tossOptions(config), log),
  };
}
