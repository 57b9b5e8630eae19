import { type Actor, hasRole, requireUser } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type { QuestionRow } from './entities.ts';
import { asAnyOther } from './question-rules.ts';
import type { QuestionsDeps } from './questions-deps.ts';
import { listQuestions, type QuestionQuery, readQuestion } from './store.ts';

/**
 * A question as this actor may see it.
 * @throws NotFound, also for a hidden one, and for one asked in the shadow, unless the actor keeps
 *   order; the latter is there for its asker
 */
export async function readQuestionAs(
  deps: QuestionsDeps,
  actor: Actor,
  questionId: string,
): Promise<QuestionRow> {
  const row = await readQuestion(deps.db.primary, questionId);
  if (row === undefined) throw new NotFound('question', questionId);
  const isShown = row.hidden === 0;
  if (isShown && row.shadowed === 0) return row;
  if (await keepsOrder(deps, actor, row.broadcastId)) return row;
  if (isShown && isAsker(actor, row)) return asAnyOther(row);
  throw new NotFound('question', questionId);
}

/**
 * The questions of a broadcast that this actor may see, with one more than asked for if there are
 * more; none also where there is no such broadcast. What was asked in the shadow is listed for its
 * asker, who sees it as any other, and for those who keep order.
 * @throws PermissionDenied for hidden ones, unless host, moderator or admin
 */
export async function listQuestionsAs(
  deps: QuestionsDeps,
  actor: Actor,
  query: QuestionQuery,
): Promise<QuestionRow[]> {
  const { db, broadcasts } = deps;
  const { broadcastId, status } = query;
  const listAll = () => listQuestions(db.read, query, 'all');
  if (status === 'hidden') {
    await broadcasts.requireAuthority(db.primary, requireUser(actor), broadcastId);
    return listAll();
  }
  const shadowedOf = actor.kind === 'user' ? actor.userId : undefined;
  // Together, since nearly all who ask are viewers.
  const [keeps, rows] = await Promise.all([
    keepsOrder(deps, actor, broadcastId),
    listQuestions(db.read, query, { shadowedOf }),
  ]);
  return keeps ? listAll() : rows.map(asAnyOther);
}

function isAsker(actor: Actor, { userId }: QuestionRow): boolean {
  return actor.kind === 'user' && actor.userId === userId;
}

async function keepsOrder(
  { db, broadcasts }: QuestionsDeps,
  actor: Actor,
  broadcastId: string,
): Promise<boolean> {
  if (actor.kind !== 'user') return false;
  if (hasRole(actor, 'admin')) return true;
  const pair = { broadcastId, userId: actor.userId };
  const [standing] = await broadcasts.standingsOf(db.primary, [pair]);
  return standing !== undefined && standing.role !== 'viewer';
}
