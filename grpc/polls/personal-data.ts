import { placeholders } from '../db/index.ts';
import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';

/** What polls hold of people: their votes, by id alone, which stay counted. */
export const pollsPersonalData: PersonalData = {
  sections: {
    async pollVotes(read, { userId, after, limit }) {
      const polls = await read.rows<{ id: string; question: string }>(
        `SELECT p.id AS id, p.question AS question FROM polls p
         WHERE p.id > ? AND EXISTS (
           SELECT 1 FROM poll_votes v WHERE v.pollId = p.id AND v.userId = ?)
         ORDER BY p.id LIMIT ${limit + 1}`,
        [after, userId],
      );
      if (polls.length === 0) return { items: [], next: '' };
      const votes = await read.rows<{ pollId: string; text: string; votedAt: number }>(
        `SELECT v.pollId AS pollId, o.text AS text, v.votedAt AS votedAt
         FROM poll_votes v JOIN poll_options o ON o.pollId = v.pollId AND o.position = v.position
         WHERE v.pollId IN (${placeholders(polls)}) AND v.userId = ? ORDER BY v.pollId, v.position`,
        [...polls.map((poll) => poll.id), userId],
      );
      const byPoll = Map.groupBy(votes, (vote) => vote.pollId);
      return sectionPage(polls, limit, ({ id, question }) => {
        const chosen = byPoll.get(id) ?? [];
        const votedAt = isoTime(chosen[0]?.votedAt);
        return { pollId: id, question, chosen: chosen.map((vote) => vote.text), votedAt };
      });
    },
  },
};
