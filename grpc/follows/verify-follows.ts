import type { Reader } from '../db/index.ts';

/** Counts each seller's followers anew. Answers a sentence for each count that is off. */
export async function verifyFollows(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ sellerId: string; followers: number; counted: number }>(
    `SELECT s.sellerId AS sellerId, COALESCE(c.followers, 0) AS followers,
       (SELECT COUNT(*) FROM follows f WHERE f.sellerId = s.sellerId) AS counted
     FROM (SELECT sellerId FROM follower_counts UNION SELECT sellerId FROM follows) s
     LEFT JOIN follower_counts c ON c.sellerId = s.sellerId`,
  );
  return rows
    .filter(({ followers, counted }) => followers !== counted)
    .map(({ sellerId, followers, counted }) => {
      return `${sellerId}: has ${counted} followers, the count says ${followers}`;
    });
}
