import { type Actor, requireUser } from '../../common/auth/index.ts';
import {
  ApplicationStatus,
  CheckVerdict,
  type DeepPartial,
  type Sales as SalesMessage,
  type SellerApplication,
  type SellersServiceImplementation,
} from '../../proto/gen/onair/sellers/v1/sellers.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { Sales } from '../orders/index.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import type { SellerApplicationRow } from './entities.ts';
import type { Sellers } from './index.ts';
import {
  applicationIdsSchema,
  decideApplicationSchema,
  getApplicationSchema,
  getSalesSchema,
  getSellerSchema,
  listApplicationsSchema,
  reinstateSellerSchema,
  statusCodec,
  submitApplicationSchema,
  suspendSellerSchema,
  updateProfileSchema,
  verdictCodec,
} from './requests.ts';
import type { ApplicationKey } from './store.ts';

/** SellersService over the domain. */
export function createSellersService(sellers: Sellers): SellersServiceImplementation<CallExt> {
  async function read(actor: Actor, key: ApplicationKey, reason = '') {
    const { application, details, history, documents } = await sellers.readApplication(actor, {
      key,
      reason,
    });
    return {
      ...toProto(application),
      details,
      documentFileIds: [...documents],
      history: history.map(({ fromStatus, toStatus, actor, reason, at }) => ({
        from: fromStatus === null ? ApplicationStatus.UNSPECIFIED : statusCodec.toProto(fromStatus),
        to: statusCodec.toProto(toStatus),
        ...{ actor, reason },
        at: new Date(at),
      })),
    };
  }

  return {
    async submitApplication(request, { actor }) {
      const input = submitApplicationSchema.parse(request);
      return read(actor, { id: await sellers.submitApplication(requireUser(actor), input) });
    },
    getOwnApplication: (_request, { actor }) => read(actor, { userId: requireUser(actor).userId }),
    getApplication(request, { actor }) {
      const { applicationId: id, reason } = getApplicationSchema.parse(request);
      return read(actor, { id }, reason);
    },
    async listApplications(request) {
      const { status, pageSize, pageToken } = listApplicationsSchema.parse(request);
      const beforeId = decodePageToken(pageToken);
      const found = await sellers.listApplications({ status, beforeId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { applications: rows.map(toProto), nextPageToken };
    },
    async approveApplication(request, { actor }) {
      const input = decideApplicationSchema.parse(request);
      return read(actor, { id: await sellers.approveApplication(actor, input) });
    },
    async rejectApplication(request, { actor }) {
      const input = decideApplicationSchema.parse(request);
      return read(actor, { id: await sellers.rejectApplication(actor, input) });
    },
    async recheckApplication(request, { actor }) {
      const input = decideApplicationSchema.parse(request);
      return read(actor, { id: await sellers.recheckApplication(actor, input) });
    },
    async checkApplications(request) {
      const { applicationIds } = applicationIdsSchema.parse(request);
      return { pendingApplicationIds: await sellers.checkApplications(applicationIds) };
    },
    async suspendSeller(request, { actor }) {
      const input = suspendSellerSchema.parse(request);
      return read(actor, { id: await sellers.suspendSeller(actor, input) });
    },
    async reinstateSeller(request, { actor }) {
      const input = reinstateSellerSchema.parse(request);
      return read(actor, { id: await sellers.reinstateSeller(actor, input) });
    },
    getSeller: (request) => sellers.getSellerPage(getSellerSchema.parse(request).sellerId),
    async updateProfile(request, { actor }) {
      const user = requireUser(actor);
      await sellers.updateProfile(user, updateProfileSchema.parse(request));
      return sellers.getSellerPage(user.userId);
    },
    async getSales(request, { actor }) {
      const { total, items } = await sellers.getSales(actor, getSalesSchema.parse(request));
      return {
        total: toSalesMessage(total),
        items: items.map(({ key, name, ...sales }) => {
          return { key, name, sales: toSalesMessage(sales) };
        }),
      };
    },
    async endSuspensions(request) {
      await sellers.endSuspensions(applicationIdsSchema.parse(request).applicationIds);
      return {};
    },
  };
}

function toProto(row: SellerApplicationRow): DeepPartial<SellerApplication> {
  const { id, userId, businessNumber, businessName, mailOrderNumber, reason, verdict } = row;
  return {
    ...{ id, userId, businessNumber, businessName, mailOrderNumber, reason },
    status: statusCodec.toProto(row.status),
    check: verdict === null ? CheckVerdict.UNSPECIFIED : verdictCodec.toProto(verdict),
    checkedAt: dateOf(row.checkedAt),
    suspendedUntil: dateOf(row.suspendedUntil),
    submittedAt: new Date(row.submittedAt),
    changedAt: new Date(row.changedAt),
  };
}

function toSalesMessage(sales: Sales): SalesMessage {
  const { gross, refunded, orders, refundedOrders, units, refundedUnits, buyers } = sales;
  const net = gross - refunded;
  return { gross, refunded, net, orders, refundedOrders, units, refundedUnits, buyers };
}

function dateOf(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
