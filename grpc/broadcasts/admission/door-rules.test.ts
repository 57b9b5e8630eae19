import { type Asker, type DoorFacts, type InLine, openDoor } from './door-rules.ts';

const empty: DoorFacts = {
  maxViewers: 3,
  reservedSeats: 0,
  taken: 0,
  takenByPrivileged: 0,
  lastPlace: 0,
  seated: new Set(),
  line: [],
};

const viewer = (holder: string): Asker => ({ holder, privileged: false, host: false });
const guest = (ticket: string): Asker => ({ ...viewer(ticket), ticket });
const vip = (holder: string): Asker => ({ holder, privileged: true, host: false });
const host: Asker = { holder: 'host', privileged: true, host: true };

const inLine = (holder: string, place: number, privileged = false): InLine => {
  return { holder, place, privileged, ticket: `ticket of ${holder}` };
};

/** What each is told: `in`, or their position. */
function told(facts: Partial<DoorFacts>, askers: readonly Asker[]): (number | 'in')[] {
  const door = openDoor({ ...empty, lastPlace: facts.line?.length ?? 0, ...facts });
  return askers.map((asker) => {
    const answer = door.ask(asker);
    return answer.kind === 'seat' ? 'in' : answer.position;
  });
}

const line = [inLine('a', 1), inLine('b', 2), inLine('c', 3)];

test.each<[string, Partial<DoorFacts>, Asker[], (number | 'in')[]]>([
  [
    'seats are given until there are none, and then places',
    {},
    ['a', 'b', 'c', 'd', 'e'].map(viewer),
    ['in', 'in', 'in', 1, 2],
  ],
  [
    'who has a seat has it still, though all are taken',
    { taken: 3, seated: new Set(['a']) },
    [viewer('a'), viewer('b')],
    ['in', 1],
  ],
  [
    'a guest’s ticket is good for one seat, asked with twice at once',
    { taken: 2, line: [inLine('t', 1)] },
    [guest('t'), guest('t'), guest('t')],
    ['in', 1, 1],
  ],
  [
    'and so is one to a seat that is kept',
    { taken: 3, seated: new Set(['t']) },
    [guest('t'), guest('t')],
    ['in', 1],
  ],
  [
    'a free seat is the first one’s in line, who is not asking',
    { taken: 2, line },
    [viewer('b'), viewer('new'), viewer('a'), viewer('b')],
    [2, 4, 'in', 1],
  ],
  [
    'two free seats let the second one in before the first asks, and no one else',
    { taken: 1, line },
    [viewer('c'), viewer('b'), viewer('c'), viewer('a'), viewer('c')],
    [3, 'in', 2, 'in', 1],
  ],
  [
    'VIPs come before others, and in their order',
    { taken: 3, line },
    [vip('x'), vip('y'), viewer('a'), vip('x')],
    [1, 2, 3, 1],
  ],
  [
    'a VIP takes the seat that others wait for',
    { taken: 2, line },
    [vip('x'), viewer('a')],
    ['in', 1],
  ],
  [
    'reserved seats are left to VIPs',
    { reservedSeats: 1 },
    [viewer('a'), viewer('b'), viewer('c'), vip('x'), vip('y')],
    ['in', 'in', 1, 'in', 1],
  ],
  [
    'VIPs may take all seats, also those that are not reserved',
    { reservedSeats: 1 },
    [vip('x'), vip('y'), vip('z'), viewer('a')],
    ['in', 'in', 'in', 1],
  ],
  [
    'a VIP who leaves makes a reserved seat free again, for VIPs alone',
    { reservedSeats: 1, taken: 2, takenByPrivileged: 0 },
    [viewer('a'), vip('x')],
    [1, 'in'],
  ],
  ['the host always comes in', { taken: 3, line }, [host, viewer('a')], ['in', 1]],
  ['the host takes a seat', { taken: 2 }, [host, viewer('a')], ['in', 1]],
  [
    'who became a VIP while waiting passes the others',
    { taken: 3, line },
    [vip('c'), viewer('a'), viewer('b')],
    [1, 2, 3],
  ],
  [
    'who is no VIP any more stands where they would have stood',
    { taken: 3, line: [...line, inLine('x', 4, true)] },
    [viewer('a'), viewer('x'), viewer('a')],
    [2, 4, 1],
  ],
  ['where more are inside than may be, nobody comes in', { taken: 5 }, [viewer('a')], [1]],
  [
    'asking twice in one breath changes nothing',
    { taken: 2 },
    ['a', 'a', 'b', 'b', 'c', 'b'].map(viewer),
    ['in', 'in', 1, 1, 2, 1],
  ],
])('%s', (_rule, facts, askers, expected) => {
  expect(told(facts, askers)).toEqual(expected);
});

test('a place in line keeps its number and its ticket; new ones come after all before', () => {
  const door = openDoor({ ...empty, taken: 3, lastPlace: 7, line: [inLine('a', 3)] });
  expect(door.ask(viewer('a'))).toMatchObject({ entry: { place: 3, ticket: 'ticket of a' } });
  expect(door.ask({ ...viewer('guest'), ticket: 'guest' })).toMatchObject({
    position: 2,
    entry: { place: 8, ticket: 'guest' },
  });
  expect(door.ask(viewer('b'))).toMatchObject({
    entry: { place: 9, ticket: expect.stringMatching(/^tkt_/) },
  });
  expect(door.lastPlace).toBe(9);
});
