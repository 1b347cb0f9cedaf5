import { UNKNOWN, type Properties } from "../plugin";
import { same } from "./compare";
import { DEFAULTS } from "./inputs";
import type { Field, ResourceType } from "./schema";

/** The inputs as they are kept in the state: normalized, and without what must not be kept. */
export function stateOfInputs(type: ResourceType, inputs: Properties): Properties {
  const kept: Properties = {};
  for (const [property, field] of Object.entries(type.fields)) {
    const value = inputs[property];
    if (value === undefined || value === null || field.writeOnly) continue;
    kept[property] = field.normalize && value !== UNKNOWN ? field.normalize(value) : value;
  }
  return kept;
}

/** The state that a create will have, as far as preview knows it. */
export function plannedState(type: ResourceType, inputs: Properties): Properties {
  const unknown = Object.entries(type.fields).flatMap(([property, field]) =>
    field.output || field.computed ? [[property, UNKNOWN]] : [],
  );
  return { ...Object.fromEntries(unknown), ...stateOfInputs(type, inputs) };
}

/** The state under the inputs: what only Vault sets, and what it fills in where there is no input. */
export function updatedState(type: ResourceType, olds: Properties, news: Properties): Properties {
  const kept = Object.entries(olds).filter(([property]) => {
    const field = type.fields[property];
    return field?.output || field?.computed;
  });
  return { ...Object.fromEntries(kept), ...stateOfInputs(type, news) };
}

/** What Vault has, over the state. What means the same keeps its form, so that the order of a set is no change. */
export function mergeRead(type: ResourceType, state: Properties, read: Properties): Properties {
  const merged = { ...state };
  for (const [property, value] of Object.entries(read)) {
    if (value === undefined || value === null) delete merged[property];
    else if (!keepsMeaning(type.fields[property], merged[property], value)) merged[property] = value;
  }
  delete merged[DEFAULTS];
  return merged;
}

/** The inputs after a refresh: those of the program, each with what is now in Vault; for an import, all there are. */
export function refreshedInputs(type: ResourceType, inputs: Properties, properties: Properties): Properties {
  const imported = Object.keys(inputs).length === 0;
  const names = imported ? Object.keys(type.fields) : Object.keys(inputs);
  const refreshed: Properties = {};
  for (const name of names) {
    const field = type.fields[name];
    const now = properties[name];
    if (imported && (field?.output || field?.computed || now === undefined)) continue;
    const kept = name === DEFAULTS || field?.writeOnly || now === undefined || keepsMeaning(field, inputs[name], now);
    refreshed[name] = kept ? inputs[name] : now;
  }
  return refreshed;
}

function keepsMeaning(field: Field | undefined, old: unknown, now: unknown): boolean {
  return field !== undefined && old !== undefined && old !== null && !field.output && same(field, old, now);
}
