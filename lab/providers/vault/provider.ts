import {
  InitializationFailed,
  type Call,
  type CheckCall,
  type CreateCall,
  type DeleteCall,
  type DiffCall,
  type Properties,
  type Provider,
  type ReadCall,
  type UpdateCall,
} from "../plugin";
import { changeOf, compare } from "./compare";
import { checkInputs, isGiven } from "./inputs";
import { mergeRead, plannedState, refreshedInputs, stateOfInputs, updatedState } from "./outputs";
import { RESOURCE_TYPES } from "./resources";
import type { ResourceType, Work } from "./schema";
import { explained, type VaultSession } from "./session";

/** One configured provider: every resource type goes the same way, and only the types talk to Vault. */
export class VaultProvider implements Provider {
  constructor(private readonly session: VaultSession) {}

  async check(call: CheckCall) {
    return checkInputs(typeOf(call), call);
  }

  async diff(call: DiffCall) {
    const type = typeOf(call);
    const changes = compare(type, call);
    return { changes, deleteBeforeReplace: changes.some(({ replace }) => replace) && keepsGivenName(type, call) };
  }

  async create(call: CreateCall) {
    const type = typeOf(call);
    if (call.preview) return { id: "", properties: plannedState(type, call.inputs) };
    const state = stateOfInputs(type, call.inputs);
    const { id, work } = await occurred("", async () => {
      const work = await this.work(call, call.inputs);
      return { id: await type.create(call.inputs, work), work };
    });
    return { id, properties: await readBack(type, id, state, work) };
  }

  async update(call: UpdateCall): Promise<Properties> {
    const type = typeOf(call);
    const { id, news, olds } = call;
    const ignored = call.ignoreChanges.filter((path) => path in type.fields && path in olds);
    const inputs = { ...news, ...Object.fromEntries(ignored.map((path) => [path, olds[path]])) };
    const state = updatedState(type, olds, inputs);
    if (call.preview) return state;
    const work = await occurred("", async () => {
      const work = await this.work(call, inputs);
      const changed = (property: string) =>
        changeOf(type.fields[property]!, olds[property], inputs[property]) !== undefined;
      // What Vault filled in is part of what is written, as it is with the official plugin.
      await type.update({ ...work, id, inputs: { ...state, ...writeOnly(type, inputs) }, state: olds, changed });
      return work;
    });
    return readBack(type, id, state, work);
  }

  async read(call: ReadCall) {
    const type = typeOf(call);
    const { id, inputs, properties: state } = call;
    const read = await occurred(`refreshing ${call.urn}: `, async () =>
      type.read(id, state, await this.work(call, state)),
    );
    if (!read) return undefined;
    const properties = mergeRead(type, state, read);
    return { id, inputs: refreshedInputs(type, inputs, properties), properties };
  }

  async delete(call: DeleteCall): Promise<void> {
    const { id, properties } = call;
    await occurred(`deleting ${call.urn}: `, async () =>
      typeOf(call).delete(id, properties, await this.work(call, properties)),
    );
  }

  async invoke(token: string): Promise<Properties> {
    throw new Error(`The stand-in of pulumi-resource-vault has no function ${token}.`);
  }

  private async work({ signal }: Call, { namespace }: Properties): Promise<Work> {
    return { client: await this.session.client(namespace, signal), signal };
  }
}

function typeOf({ type }: Call): ResourceType {
  const found = RESOURCE_TYPES[type];
  if (!found) throw new Error(`The stand-in of pulumi-resource-vault has no resource ${type}.`);
  return found;
}

/** What is in Vault now. The resource exists by then, so a failure to read it must not lose it. */
async function readBack(type: ResourceType, id: string, state: Properties, work: Work): Promise<Properties> {
  try {
    const read = await type.read(id, state, work);
    if (!read) throw new Error(`${id} was written, but Vault does not have it`);
    return mergeRead(type, state, read);
  } catch (error) {
    throw new InitializationFailed(id, state, [`1 error occurred:\n\t* ${(error as Error).message}\n\n`]);
  }
}

/** A name of the program's own cannot be there twice, so the old resource goes first. */
function keepsGivenName(type: ResourceType, { olds, news }: DiffCall): boolean {
  const named = Object.keys(type.fields).find((property) => type.fields[property]!.autoname);
  return named !== undefined && isGiven(news, named) && olds[named] === news[named];
}

function writeOnly(type: ResourceType, inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([property]) => type.fields[property]?.writeOnly));
}

/** Errors in the form in which the official plugins' bridge hands them on. */
function occurred<T>(words: string, action: () => Promise<T>): Promise<T> {
  return explained(`${words}1 error occurred:\n\t* `, action).catch((error: Error) => {
    error.message += "\n\n";
    throw error;
  });
}
