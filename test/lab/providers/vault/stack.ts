import { InitializationFailed, type Properties, type Provider } from "../../../../lab/providers/plugin";

/** One resource in the hands of an engine: what `up`, `preview` and `refresh` do with it. */
export class Resource {
  id = "";
  inputs: Properties = {};
  state: Properties = {};
  readonly urn: string;

  constructor(
    private readonly provider: Provider,
    readonly type: string,
    name = "res",
  ) {
    this.urn = `urn:pulumi:test::arc::${type}::${name}`;
  }

  private call() {
    return { urn: this.urn, type: this.type, signal: new AbortController().signal };
  }

  async check(news: Properties) {
    return this.provider.check({ ...this.call(), olds: this.inputs, news });
  }

  /** Creates, and keeps what an engine keeps. */
  async create(news: Properties): Promise<Properties> {
    const { inputs } = await this.check(news);
    try {
      const made = await this.provider.create({ ...this.call(), inputs, preview: false, timeout: 0 });
      this.keep(made.id, inputs, made.properties);
    } catch (error) {
      if (error instanceof InitializationFailed) this.keep(error.id, inputs, error.properties);
      throw error;
    }
    return this.state;
  }

  async previewCreate(news: Properties): Promise<Properties> {
    const { inputs } = await this.check(news);
    return (await this.provider.create({ ...this.call(), inputs, preview: true, timeout: 0 })).properties;
  }

  async diff(news: Properties, ignoreChanges: string[] = []) {
    const { inputs } = await this.check(news);
    const call = { ...this.call(), id: this.id, olds: this.state, oldInputs: this.inputs, news: inputs, ignoreChanges };
    return this.provider.diff(call);
  }

  async update(news: Properties, preview = false): Promise<Properties> {
    const { inputs } = await this.check(news);
    const olds = { olds: this.state, oldInputs: this.inputs, news: inputs, ignoreChanges: [] };
    const state = await this.provider.update({ ...this.call(), id: this.id, ...olds, preview, timeout: 0 });
    if (!preview) this.keep(this.id, inputs, state);
    return state;
  }

  /** Whether it is still there. */
  async refresh(): Promise<boolean> {
    const { id, inputs, state: properties } = this;
    const read = await this.provider.read({ ...this.call(), id, inputs, properties });
    if (read) this.keep(read.id, read.inputs, read.properties);
    return read !== undefined;
  }

  async delete(): Promise<void> {
    const { id, inputs, state: properties } = this;
    await this.provider.delete({ ...this.call(), id, inputs, properties, timeout: 0 });
  }

  private keep(id: string, inputs: Properties, state: Properties): void {
    Object.assign(this, { id, inputs, state });
  }
}
