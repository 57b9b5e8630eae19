import uWS from 'uWebSockets.js';

/**
 * uWebSockets.js and nothing else: what came in a tick is published to all as one frame at its end.
 * It numbers messages; it keeps none, and allows all.
 */
interface User {
  readonly name: string;
}

const tickMs = Number(process.env.TICK_MS);
const app = uWS.App();
let seq = 0;
let said: { seq: number; name: string; text: string }[] = [];

app.ws<User>('/*', {
  maxBackpressure: 1024 * 1024,
  upgrade(response, request, context) {
    response.upgrade(
      { name: request.getQuery('name') ?? '' },
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  },
  open: (socket) => void socket.subscribe('live'),
  message(socket, text) {
    seq += 1;
    said.push({ seq, name: socket.getUserData().name, text: Buffer.from(text).toString() });
  },
});
setInterval(() => {
  if (said.length === 0) return;
  app.publish('live', JSON.stringify(said));
  said = [];
}, tickMs);
process.once('SIGTERM', () => process.exit(0));
app.listen('127.0.0.1', Number(process.env.PORT), (socket) => {
  if (socket) console.log('on air');
});
