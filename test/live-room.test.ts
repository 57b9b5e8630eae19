import { describeLiveRoom } from './live-room/live-room.ts';

describe('the live room, embedded over ws', () => describeLiveRoom('embedded', 'ws'));
