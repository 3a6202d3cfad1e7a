/** A proxy before a server of a database: open it passes bytes on; closed, it refuses and cuts; frozen, it keeps connections and says nothing. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Gate {
  /** 0 until it is opened: any that is free. It is opened again at the same. */
  port: number;
  private readonly target: URL;
  private server: Server | undefined;
  private isFrozen = false;
  private readonly sockets = new Set<Socket>();

  constructor(target: URL, port = 0) {
    this.target = target;
    this.port = port;
  }

  async open(): Promise<void> {
    const server = createServer((from) => {
      const to = connect(Number(this.target.port), this.target.hostname);
      for (const socket of [from, to]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          from.destroy();
          to.destroy();
        });
      }
      from.pipe(to);
      to.pipe(from);
      if (this.isFrozen) {
        from.pause();
        to.pause();
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** As a server that hangs: what was accepted stays, what comes is accepted, and nothing passes. */
  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }
}
