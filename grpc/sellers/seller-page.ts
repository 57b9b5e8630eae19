import type { UserActor } from '../../common/auth/index.ts';
import { NotFound, StaleVersion } from '../../common/errors/index.ts';
import { once, type Reader } from '../db/index.ts';
import { type Details, openDetails } from './details.ts';
import type { SellerApplicationRow, SellerProfileRow } from './entities.ts';
import type { UpdateProfileInput } from './requests.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { findApplication } from './store.ts';

/** What the law shows of who sells: article 10 of the Act on Consumer Protection in E-Commerce. */
export interface BusinessFacts
  extends Pick<SellerApplicationRow, 'businessNumber' | 'businessName' | 'mailOrderNumber'>,
    Pick<Details, 'representative' | 'address' | 'phone' | 'email'> {}

/** A seller as anyone sees them. */
export interface SellerPage {
  readonly sellerId: string;
  readonly name: string;
  readonly introduction: string;
  /** Of the profile, to edit it; 0 while there is none. */
  readonly version: number;
  readonly followers: number;
  readonly suspended: boolean;
  /** Absent of who was made a seller without an application. */
  readonly business: BusinessFacts | undefined;
}

/**
 * The page of a seller; of a suspended one too, for customers must find whom they bought from.
 * @throws NotFound for who never sold
 */
export async function getSellerPage(deps: SellersDeps, sellerId: string): Promise<SellerPage> {
  const { db, users, follows } = deps;
  const [application, sellers, names, profile, followers] = await Promise.all([
    findApplication(db.primary, { userId: sellerId }),
    users.sellersAmong(db.primary, [sellerId]),
    users.namesOf(db.primary, [sellerId]),
    readProfile(db.primary, sellerId),
    follows.followersOf(sellerId),
  ]);
  const isKnown = application?.status === 'approved' || application?.status === 'suspended';
  if (!isKnown && !sellers.has(sellerId)) throw new NotFound('seller', sellerId);
  return {
    sellerId,
    name: profile?.name ?? names.get(sellerId) ?? '',
    introduction: profile?.introduction ?? '',
    version: profile?.version ?? 0,
    followers,
    suspended: application?.status === 'suspended',
    business: isKnown ? await factsOf(deps, application) : undefined,
  };
}

async function factsOf(
  { vault }: SellersDeps,
  application: SellerApplicationRow,
): Promise<BusinessFacts | undefined> {
  const { businessNumber, businessName, mailOrderNumber } = application;
  const [details] = await openDetails(vault, [application]);
  if (details === undefined) return undefined;
  const { representative, address, phone, email } = details;
  return { businessNumber, businessName, mailOrderNumber, representative, address, phone, email };
}

/**
 * Changes what a seller says of themselves. Idempotent by `requestId`.
 * @throws StaleVersion when someone was faster; RequestIdReused
 */
export async function updateProfile(
  { db, clock }: SellersDeps,
  { userId }: UserActor,
  { requestId, ...input }: UpdateProfileInput,
): Promise<void> {
  const key = { action: 'sellers.updateProfile', by: userId, requestId, input };
  await db.transaction((tx) => {
    const now = clock.now();
    return once(tx, key, now, async () => {
      const { name, introduction, version } = input;
      const row = { sellerId: userId, name, introduction, version: version + 1, updatedAt: now };
      const changed =
        version === 0
          ? await tx.insertNew('seller_profiles', [row])
          : await tx.execute(
              `UPDATE seller_profiles SET name = ?, introduction = ?, version = ?, updatedAt = ?
               WHERE sellerId = ? AND version = ?`,
              [name, introduction, row.version, now, userId, version],
            );
      if (changed === 1) return null;
      const current = await readProfile(tx, userId);
      throw new StaleVersion('seller profile', userId, current?.version ?? 0);
    });
  });
}

function readProfile(reader: Reader, sellerId: string): Promise<SellerProfileRow | undefined> {
  return reader.row<SellerProfileRow>('SELECT * FROM seller_profiles WHERE sellerId = ?', [
    sellerId,
  ]);
}
