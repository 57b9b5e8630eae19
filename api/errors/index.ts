export { problemSchema, problemType } from './problem.ts';
export { refuseUnreadable } from './refuse-unreadable.ts';
export { sendProblem } from './send-problem.ts';
