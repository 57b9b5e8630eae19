import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * A chat with Socket.IO's connection state recovery as its guide has it: who comes back within two
 * minutes gets what was said meanwhile. Its adapter keeps that in the memory of this process.
 */
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  connectionStateRecovery: { maxDisconnectionDuration: 120_000 },
});

io.on('connection', (socket) => {
  if (!socket.recovered) void socket.join('live');
  socket.on('say', (message: { seq: number; text: string }, taken: () => void) => {
    io.to('live').emit('chat', message);
    taken();
  });
});
process.once('SIGTERM', () => void io.close(() => process.exit(0)));
http.listen(Number(process.env.PORT), '127.0.0.1', 4_096, () => console.log('on air'));
