import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { Auth } from "../../components";
import type { RawStack } from "../../stacks/config/raw";
import { configPath, type Diagnostic, quoted } from "../../stacks/diagnostic";
import { type CheckedStack, checkedRaw } from "../checked-stack";
import { readSource, writtenKey, type YamlPath } from "../edit/document";
import { type LineDiff, lineDiff } from "../edit/line-diff";
import { addressOf, fileOf, type Member, memberNamed, membersOf } from "../edit/members";
import { withEntry } from "../edit/append";
import { quotaFor } from "../edit/quota";
import { defaultSet, namedOrg, Quota } from "../init/answers";
import { asStack, readStack, StackFileError, stackFileName } from "../stack-file";
import { writeWhole } from "../write-whole";

/** A runner set that is added. */
export interface NewSet {
  name: string;
  quota?: string;
  /** Its other fields, as the stack file has them. */
  fields: Record<string, unknown>;
}

/** An organisation that is added: login or address, and its first set. */
export interface NewOrg {
  written: string;
  fields: Record<string, unknown>;
  set: Omit<NewSet, "name"> & { name?: string };
}

/** Which stack is edited. */
export interface EditOptions {
  /** The project's folder. */
  root: string;
  stack: string;
  /** Write nothing. */
  dryRun: boolean;
}

/** What an edit of a stack file came to; what `--json` prints. */
export interface EditReport {
  stack: string;
  file: string;
  /** What was added. @example "arc:orgs[1].runnerSets[0]" */
  added: string;
  /** What else is worth knowing of where it was added. */
  note?: string;
  diff: LineDiff;
  /** Why nothing was written: problems of the result, those that were there before among them. */
  problems: (Diagnostic & { isNew: boolean })[];
  /** Warnings that were not there before. */
  warnings: Diagnostic[];
  written: boolean;
  /** Secrets that are still to be set. */
  notSet: Diagnostic[];
}

/** The stack file before an edit. */
interface Before {
  options: EditOptions;
  file: string;
  text: string;
  raw: RawStack;
  members: Member[];
}

/** Adds an organisation with one runner set to a stack file. */
export async function addOrg(org: NewOrg, options: EditOptions): Promise<EditReport> {
  const before = read(options);
  const { name, url, isEnterprise } = namedOrg(org.written);
  const same = before.members.find((member) => addressOf(member) === addressOf({ name, ...(url ? { url } : {}) }));
  if (same) {
    const where = fileOf(before.raw, same.name) ?? before.file;
    throw new StackFileError(
      `${quoted(same.name)} is in ${where} already (${configPath(["orgs", same.index])}). ` +
        `To add a runner set: bin/arc add-set ${same.name} <name> --stack ${options.stack}`,
    );
  }
  const set = { ...org.set, name: org.set.name ?? defaultSet(name) };
  const entry = (quota?: unknown) => ({
    name,
    ...(url ? { url } : {}),
    ...(isEnterprise ? { auth: Auth.Token } : {}),
    ...org.fields,
    runnerSets: [setEntry(set, quota)],
  });
  const index = before.members.length;
  const members = [...before.members, { name, ...(url ? { url } : {}), index, runnerSets: [{ name: set.name }] }];
  return edited(before, { at: orgsPath(before), entry, quota: set.quota, added: configPath(["orgs", index]), members });
}

/** Adds a runner set to an organisation of a stack file. */
export async function addSet(written: string, set: NewSet, options: EditOptions): Promise<EditReport> {
  const before = read(options);
  const member = memberNamed(before.members, written, options.stack);
  const same = member.runnerSets.findIndex(({ name }) => name === set.name);
  if (same >= 0) {
    const at = configPath(["orgs", member.index, "runnerSets", same]);
    throw new StackFileError(`${member.name} has a runner set ${quoted(set.name)} already (${at}).`);
  }
  const added = configPath(["orgs", member.index, "runnerSets", member.runnerSets.length]);
  const withSet = { ...member, runnerSets: [...member.runnerSets, { name: set.name }] };
  const members = before.members.map((each) => (each === member ? withSet : each));
  const edit = { quota: set.quota, added, members };
  const own = ownIndex(before, member);
  if (own !== undefined) {
    const at = [...orgsPath(before), own, "runnerSets"];
    return edited(before, { ...edit, at, entry: (quota) => setEntry(set, quota) });
  }
  const base = fileOf(before.raw, member.name);
  const note = `${member.name} stands in ${base}; the entry in ${before.file} goes into it, for both have the same name`;
  const entry = (quota?: unknown) => ({ name: member.name, runnerSets: [setEntry(set, quota)] });
  return { ...(await edited(before, { ...edit, at: orgsPath(before), entry })), note };
}

function read(options: EditOptions): Before {
  const { root, stack } = options;
  const file = stackFileName(stack);
  const raw = readFor(options);
  const text = readFileSync(path.join(root, file), "utf8");
  return { options, file, text, raw, members: membersOf(raw) };
}

/** The stack as it is; what is no YAML is told with all its lines. */
function readFor({ root, stack }: EditOptions): RawStack {
  try {
    return readStack(root, stack);
  } catch (error) {
    const file = path.join(root, stackFileName(stack));
    if (error instanceof StackFileError && error.message.includes("is not YAML")) {
      readSource(readFileSync(file, "utf8"), stackFileName(stack));
    }
    throw error;
  }
}

function setEntry({ name, fields }: NewSet, quota: unknown): Record<string, unknown> {
  return { name, ...fields, ...(quota === undefined ? {} : { quota }) };
}

function orgsPath({ text, file }: Before): YamlPath {
  return ["config", writtenKey(readSource(text, file), "orgs")];
}

/** Where an organisation stands in the stack file itself; nothing when a base alone has it. */
function ownIndex({ raw, options }: Before, member: Member): number | undefined {
  const values = raw.layers ? raw.layers.at(-1)!.values : raw.values;
  const own = membersOf({ values }).filter(({ name }) => name === member.name);
  const same = own.find((each) => addressOf(each) === addressOf(member)) ?? own[0];
  if (own.length > 1 && same && addressOf(same) !== addressOf(member)) {
    throw new StackFileError(
      `${member.name} is in ${stackFileName(options.stack)} more than once; add the set by hand.`,
    );
  }
  return same?.index;
}

/** An entry that is added, and what has to come of it. */
interface Edit {
  /** The list that gets the entry. */
  at: YamlPath;
  entry(quota?: unknown): unknown;
  quota: string | undefined;
  /** Where it is in the merged stack. */
  added: string;
  /** The organisations of the merged stack with it. */
  members: Member[];
}

function summaryOf(members: Member[]): string {
  return JSON.stringify(members.map((member) => [addressOf(member), member.runnerSets.map(({ name }) => name)]));
}

/** Entries of one name merge, whatever their addresses (docs/layers.md). */
function intoAnother({ file }: Before): string {
  return (
    `In ${file} the entry would go into another organisation of the same name, which a base has. Nothing was changed. ` +
    "Add it to that base by hand."
  );
}

/** Makes the edit, looks at what comes of it, and writes it when that is sound. */
async function edited(before: Before, { at, entry, quota, added, members }: Edit): Promise<EditReport> {
  const { options, file, text } = before;
  const plain = withEntry(text, at, entry(), file);
  const counted = quota === Quota.Counted ? quotaFor(resultOf(options, plain), added) : undefined;
  const changed = counted ? withEntry(text, at, entry(counted), file) : plain;
  const result = resultOf(options, changed);
  if (summaryOf(membersOf(result.raw)) !== summaryOf(members)) throw new StackFileError(intoAnother(before));
  const old = checkedRaw(before.raw);
  const known = new Set(old.problems.concat(old.warnings).map((each) => JSON.stringify(each)));
  const isNew = (diagnostic: Diagnostic) => !known.has(JSON.stringify(diagnostic));
  const isSound = result.problems.length === 0;
  if (isSound && !options.dryRun) await writeWhole(path.join(options.root, file), changed);
  return {
    stack: options.stack,
    file,
    added,
    diff: lineDiff(text, changed),
    problems: result.problems.map((problem) => ({ ...problem, isNew: isNew(problem) })),
    warnings: result.warnings.filter(isNew),
    written: isSound && !options.dryRun,
    notSet: result.notSet,
  };
}

function resultOf({ root, stack }: EditOptions, text: string): CheckedStack {
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  return checkedRaw(asStack(root, stack, config));
}
