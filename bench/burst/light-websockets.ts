/**
 * Import before the SDK, which takes the runtime's own WebSocket where there is one, else `ws`: that
 * takes a third of the processor for each frame, and the crowd shares the machine with the rooms.
 */
Reflect.deleteProperty(globalThis, 'WebSocket');

export {};
