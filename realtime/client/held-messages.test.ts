import { createHeldMessages } from './held-messages.ts';
import { clientError } from './refusal.ts';

const payload = { id: 'c1', text: '010-1234-5678' };
const said = { ...{ seq: 7, sentAt: 1, kind: 'normal', userId: 'usr_1', name: '나' }, ...payload };

function setUp(answers: unknown[]) {
  const asked: unknown[] = [];
  const told: unknown[] = [];
  const waits: number[] = [];
  const held = createHeldMessages({
    async ask(again) {
      asked.push(again);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onSaid: (answer) => told.push(answer),
    wait: async (ms) => void waits.push(ms),
    isClosed: () => false,
  });
  return { held, asked, told, waits };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

describe('what a viewer said that waits for approval', () => {
  it('is asked for when numbers are left out, ever more seldom, until it was said', async () => {
    const { held, asked, told, waits } = setUp([
      { held: true },
      clientError('NO_ANSWER', true),
      said,
    ]);
    held.answered(payload, { held: true });
    for (let i = 0; i < 5; i += 1) {
      held.omitted();
      held.omitted();
      await settle();
    }
    expect(asked).toEqual([payload, payload, payload]);
    expect(told).toEqual([said]);
    expect(waits).toEqual([3_000, 6_000, 12_000]);
  });

  it('is not asked for while nothing is left out, nor if nothing waits', async () => {
    const { held, asked } = setUp([]);
    held.omitted();
    held.answered(payload, said);
    held.omitted();
    await settle();
    held.answered(payload, { held: true });
    await settle();
    expect(asked).toEqual([]);
  });

  it('is given up when it is refused, or was rejected without a word', async () => {
    const refused = setUp([clientError('BANNED')]);
    refused.held.answered(payload, { held: true });
    for (let i = 0; i < 3; i += 1) {
      refused.held.omitted();
      await settle();
    }
    expect(refused.asked).toHaveLength(1);
    const rejected = setUp(Array.from({ length: 100 }, () => ({ held: true })));
    rejected.held.answered(payload, { held: true });
    for (let i = 0; i < 100; i += 1) {
      rejected.held.omitted();
      await settle();
    }
    expect(rejected.asked.length).toBeLessThan(20);
  });
});
