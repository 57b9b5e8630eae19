import { requireUser } from '../../common/auth/index.ts';
import type { DeparturesServiceImplementation } from '../../proto/gen/onair/departures/v1/departures.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { Departures } from './index.ts';
import {
  beginExportRequest,
  deleteAccountRequest,
  eraseRestRequest,
  eraseRetainedRequest,
  getRetainedIdentityRequest,
  readExportRequest,
} from './requests.ts';

/** DeparturesService over the domain. */
export function createDeparturesService(
  departures: Departures,
): DeparturesServiceImplementation<CallExt> {
  return {
    async deleteAccount(request, { actor, signal }) {
      const input = { ...deleteAccountRequest.parse(request), signal };
      await departures.deleteAccount(requireUser(actor), input);
      return {};
    },
    async beginExport(request, { actor, signal }) {
      const claim = { ...beginExportRequest.parse(request), signal };
      const { ticket, sections } = await departures.beginExport(requireUser(actor), claim);
      return { ticket, sections: [...sections] };
    },
    async readExport(request, { actor }) {
      const query = readExportRequest.parse(request);
      const { items, next } = await departures.readExport(requireUser(actor), query);
      return { itemsJson: items.map((item) => JSON.stringify(item)), nextAfter: next };
    },
    async eraseRest(request) {
      const unfinishedUserIds: string[] = [];
      for (const userId of eraseRestRequest.parse(request).userIds) {
        if (!(await departures.eraseRest(userId))) unfinishedUserIds.push(userId);
      }
      return { unfinishedUserIds };
    },
    async eraseRetained(request) {
      const { limit } = eraseRetainedRequest.parse(request);
      return { erased: await departures.eraseRetained(limit) };
    },
    async getRetainedIdentity(request, { actor }) {
      const input = getRetainedIdentityRequest.parse(request);
      const { erasedAt, keptUntil, ...who } = await departures.readRetained(actor, input);
      return { ...who, erasedAt: new Date(erasedAt), keptUntil: new Date(keptUntil) };
    },
  };
}
