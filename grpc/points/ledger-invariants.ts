import { systemAccounts, type TransferKind, transferEffects, transferKinds } from './transfer.ts';

/** One thing that holds at every commit. */
interface Invariant {
  /** Ends the sentence that starts with what breaks it; the query's detail is put behind. */
  readonly rule: string;
  /** Answers subject and detail of everything that breaks it. */
  readonly sql: string;
}

const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(',');
const kindsWhere = (matches: (kind: TransferKind) => boolean) =>
  `kind IN (${quoted(transferKinds.filter(matches))})`;

const posting = kindsWhere((kind) => transferEffects[kind].posts);
const ofUsers = `id NOT IN (${quoted(systemAccounts)})`;
const lotSign = caseOfKind((kind) => String(transferEffects[kind].lots));
const pendingSign = caseOfKind((kind) => String(transferEffects[kind].pending));

/** Two ways to one number for each subject. A side is a list of SELECTs of subject and amount. */
function sameSum(rule: string, expected: readonly string[], actual: readonly string[]): Invariant {
  const part = (sql: string, sign: string) =>
    `SELECT subject, ${sign}amount AS difference FROM (${sql}) side`;
  const all = [
    ...expected.map((sql) => part(sql, '-')),
    ...actual.map((sql) => part(sql, '')),
  ].join(' UNION ALL ');
  return {
    rule,
    sql: `SELECT subject, SUM(difference) AS detail FROM (${all}) sides
          GROUP BY subject HAVING SUM(difference) <> 0`,
  };
}

const sums: readonly Invariant[] = [
  sameSum(
    'posted balances should sum to zero, but do to ',
    [],
    [`SELECT 'all accounts' AS subject, posted AS amount FROM point_accounts`],
  ),
  sameSum(
    'posted balance differs from its transfers by ',
    [
      `SELECT creditAccount AS subject, amount FROM point_transfers WHERE ${posting}`,
      `SELECT debitAccount AS subject, -amount AS amount FROM point_transfers WHERE ${posting}`,
    ],
    ['SELECT id AS subject, posted AS amount FROM point_accounts'],
  ),
  sameSum(
    'pending amount differs from its unresolved holds by ',
    [`SELECT debitAccount AS subject, amount * ${pendingSign} AS amount FROM point_transfers`],
    ['SELECT id AS subject, pendingOut AS amount FROM point_accounts'],
  ),
  sameSum(
    'the lots differ from posted - pending by ',
    [`SELECT id AS subject, posted - pendingOut AS amount FROM point_accounts WHERE ${ofUsers}`],
    ['SELECT userId AS subject, remaining AS amount FROM point_lots'],
  ),
  sameSum(
    'the rest of the lot differs from its uses by ',
    [
      'SELECT id AS subject, amount FROM point_lots',
      'SELECT lotId AS subject, -amount AS amount FROM point_lot_uses',
    ],
    ['SELECT id AS subject, remaining AS amount FROM point_lots'],
  ),
  sameSum(
    'the lot differs from its charge by ',
    [`SELECT id AS subject, amount FROM point_transfers WHERE kind = 'charge'`],
    ['SELECT chargeId AS subject, amount FROM point_lots'],
  ),
  sameSum(
    'what the transfer took from lots differs from its amount by ',
    [`SELECT id AS subject, amount * ${lotSign} AS amount FROM point_transfers`],
    ['SELECT transferId AS subject, amount FROM point_lot_uses'],
  ),
];

/** Rows that must not exist. */
const exclusions: readonly Invariant[] = [
  {
    rule: 'a balance is out of its bounds',
    sql: `SELECT id AS subject, '' AS detail FROM point_accounts
          WHERE pendingOut < 0 OR (${ofUsers} AND posted < pendingOut)`,
  },
  {
    rule: 'a lot is out of its bounds, or its live flag is wrong',
    sql: `SELECT id AS subject, '' AS detail FROM point_lots
          WHERE remaining < 0 OR remaining > amount
             OR live <> CASE WHEN remaining > 0 THEN 1 ELSE 0 END`,
  },
  {
    rule: 'its accounts or amount are not those of a ',
    sql: `SELECT id AS subject, kind AS detail FROM point_transfers
          WHERE amount < 1 OR NOT ${kindsWhere(() => true)} OR debitAccount <> ${caseOfKind((kind) => side(kind, 'from'))}
             OR creditAccount <> ${caseOfKind((kind) => side(kind, 'to'))}`,
  },
  {
    rule: 'the lot belongs to someone else than its charge',
    sql: `SELECT l.id AS subject, '' AS detail FROM point_lots l
          LEFT JOIN point_transfers t ON t.id = l.chargeId AND t.kind = 'charge'
          WHERE t.id IS NULL OR t.userId <> l.userId`,
  },
  {
    rule: 'it used a lot that is not its own, or for another hold, lot ',
    sql: `SELECT u.transferId AS subject, u.lotId AS detail FROM point_lot_uses u
          LEFT JOIN point_lots l ON l.id = u.lotId
          LEFT JOIN point_transfers t ON t.id = u.transferId
          WHERE l.id IS NULL OR t.id IS NULL OR l.userId <> t.userId
             OR COALESCE(u.holdId, '') <>
                COALESCE(CASE WHEN t.kind = 'hold' THEN t.id ELSE t.holdId END, '')`,
  },
  {
    rule: 'more was given back than taken, lot ',
    sql: `SELECT holdId AS subject, lotId AS detail FROM point_lot_uses WHERE holdId IS NOT NULL
          GROUP BY holdId, lotId HAVING SUM(amount) < 0`,
  },
  {
    rule: 'it does not fit its hold, or names one needlessly: ',
    sql: `SELECT t.id AS subject, t.kind AS detail FROM point_transfers t
          LEFT JOIN point_transfers h ON h.id = t.holdId AND h.kind = 'hold'
          WHERE (t.kind IN ('post', 'void', 'refund')) <> (t.holdId IS NOT NULL)
             OR (t.holdId IS NOT NULL AND (h.id IS NULL OR h.userId <> t.userId))
             OR (t.kind IN ('post', 'void') AND h.amount <> t.amount)
             OR COALESCE(t.resolvedHoldId, '') <>
                CASE WHEN t.kind IN ('post', 'void') THEN t.holdId ELSE '' END`,
  },
  {
    rule: 'the hold is resolved more than once, or refunded beyond what was posted',
    sql: `SELECT holdId AS subject, '' AS detail FROM point_transfers WHERE holdId IS NOT NULL
          GROUP BY holdId
          HAVING SUM(CASE WHEN kind = 'refund' THEN 0 ELSE 1 END) > 1
              OR SUM(CASE kind WHEN 'post' THEN amount WHEN 'refund' THEN -amount ELSE 0 END) < 0`,
  },
];

/** Every invariant, each as one statement. */
export const ledgerInvariants: readonly Invariant[] = [...sums, ...exclusions];

/** The account on one side of a kind, as SQL. */
function side(kind: TransferKind, end: 'from' | 'to'): string {
  const account = transferEffects[kind][end];
  return account === 'user' ? 'userId' : `'${account}'`;
}

function caseOfKind(value: (kind: TransferKind) => string): string {
  const branches = transferKinds.map((kind) => `WHEN '${kind}' THEN ${value(kind)}`);
  return `CASE kind ${branches.join(' ')} END`;
}
