import { describeWith } from './kit/describe-with.ts';
import { describeLiveRoom } from './live-room/live-room.ts';

// Apart from the other mode, so that the two run side by side.
describeWith(['mariadb', 'redis', 'glibc'], 'the live room, in a cluster over uWebSockets.js', () =>
  describeLiveRoom('cluster', 'uws'),
);
