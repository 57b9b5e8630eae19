import type { Reader } from '../db/index.ts';

/** Answers a sentence for each count of a poll that is not what its stored votes add up to. */
export async function verifyPolls(read: Reader): Promise<string[]> {
  const voters = await read.rows<{ id: string; voters: number; stored: number }>(
    `SELECT p.id AS id, p.voters AS voters, COUNT(DISTINCT v.userId) AS stored
     FROM polls p LEFT JOIN poll_votes v ON v.pollId = p.id
     GROUP BY p.id, p.voters HAVING p.voters <> COUNT(DISTINCT v.userId)`,
  );
  const options = await read.rows<{
    pollId: string;
    position: number;
    votes: number;
    stored: number;
  }>(
    `SELECT o.pollId AS pollId, o.position AS position, o.votes AS votes, COUNT(v.userId) AS stored
     FROM poll_options o
     LEFT JOIN poll_votes v ON v.pollId = o.pollId AND v.position = o.position
     GROUP BY o.pollId, o.position, o.votes HAVING o.votes <> COUNT(v.userId)`,
  );
  return [
    ...voters.map(({ id, voters: counted, stored }) => {
      return `${id}: counts ${counted} voters, ${stored} have voted`;
    }),
    ...options.map(({ pollId, position, votes, stored }) => {
      return `${pollId}: counts ${votes} votes for option ${position}, ${stored} are stored`;
    }),
  ];
}
