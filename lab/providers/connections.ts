import { engineLog, noLog, type EngineLog } from "./engine-log";
import type { Plugin, Properties, Provider } from "./plugin";

/** One engine's connection for one Provider resource of its program. */
export class Connection {
  private engine: EngineLog = noLog;
  private aborter = new AbortController();
  private provider: Provider | undefined;

  constructor(private readonly plugin: Plugin) {}

  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  attach(address: string): void {
    this.close();
    this.engine = address === "" ? noLog : engineLog(address);
  }

  async configure(args: Properties): Promise<void> {
    this.aborter = new AbortController();
    this.provider = await this.plugin.configure(args, (...message) => this.engine.log(...message));
  }

  /** The Provider that this connection configured. */
  configured(): Provider {
    if (this.provider === undefined) {
      throw new Error(`the ${this.plugin.name} provider got a call on a connection that never configured it`);
    }
    return this.provider;
  }

  cancel(): void {
    this.aborter.abort();
  }

  close(): void {
    this.engine.close();
    this.engine = noLog;
  }
}

/**
 * The Providers of a server. A program may have several Provider resources of one plugin with different arguments, the
 * engine attaches them all to this one server and no later call names its Provider: but each has a connection of its
 * own, so the peer's address tells them apart.
 */
export class Connections {
  private readonly byPeer = new Map<string, Connection>();

  constructor(private readonly plugin: Plugin) {}

  of(peer: string): Connection {
    const known = this.byPeer.get(peer);
    if (known !== undefined) {
      return known;
    }
    const connection = new Connection(this.plugin);
    this.byPeer.set(peer, connection);
    return connection;
  }

  close(): void {
    for (const connection of this.byPeer.values()) {
      connection.cancel();
      connection.close();
    }
    this.byPeer.clear();
  }
}
