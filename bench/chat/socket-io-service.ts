import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * A chat as Socket.IO's own guide has it: everyone in one room, each message sent to all at once.
 * It numbers messages; it keeps none, and allows all.
 */
const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
let seq = 0;

io.on('connection', (socket) => {
  const name = String(socket.handshake.query.name);
  void socket.join('live');
  socket.on('chat', (text: unknown) => {
    seq += 1;
    io.to('live').emit('chat', { seq, name, text: String(text) });
  });
});
process.once('SIGTERM', () => process.exit(0));
http.listen(Number(process.env.PORT), '127.0.0.1', 4_096, () => console.log('on air'));
