import { projectKey } from "../../stacks/config/raw";
import { suggestion } from "../../stacks/config/suggestion";
import { type Diagnostic, quoted } from "../../stacks/diagnostic";
import { checkedRaw } from "../checked-stack";
import { asStackFile } from "../stack-file";
import { counted } from "../terminal";
import { AnswerKey, type Answers, listOf, orgsOf } from "./answers";
import type { Question } from "./questions";
import { valuesOf } from "./values";

/** What is wrong with an answer, in the words of the stack file's checks. */
export type AnswerProblem = Pick<Diagnostic, "message" | "allowed" | "fix">;

/** The keys of the stack file that the answers make. */
export function configOf(answers: Answers): Record<string, unknown> {
  return Object.fromEntries(Object.entries(valuesOf(answers)).map(([key, value]) => [projectKey(key), value]));
}

/**
 * What is wrong with an answer, given those before it; nothing when it can be taken.
 *
 * @param isFree whether a stack of that name has no file yet
 */
export function answerProblem(
  root: string,
  { key, choices, places }: Question,
  text: string,
  answers: Answers,
  isFree: (stack: string) => boolean,
): AnswerProblem | undefined {
  if (text.trim() === "") return { message: "is missing" };
  if (key === AnswerKey.Stack) return stackProblem(text, isFree);
  if (choices && !choices.some(({ value }) => value === text))
    return notAChoice(
      text,
      choices.map(({ value }) => value),
    );
  if (key === AnswerKey.InstallationId) {
    const wrong = countProblem(text, answers);
    if (wrong) return wrong;
  }
  const { problems } = checkedRaw(asStackFile(root, configOf({ ...answers, [key]: text })));
  return problems.find(({ path }) => places.test(path));
}

/** The problem on one line, for a question. */
export function problemLine({ message, allowed, fix }: AnswerProblem): string {
  return [message, ...(allowed ? [`allowed: ${allowed}`] : []), ...(fix ? [fix] : [])].join("; ");
}

function notAChoice(text: string, allowed: string[]): AnswerProblem {
  const guess = suggestion(text, allowed);
  return {
    message: `${quoted(text)} is not allowed`,
    allowed: allowed.join(", "),
    ...(guess ? { fix: `did you mean "${guess}"?` } : {}),
  };
}

/** Pulumi's own rule (`ValidateStackName`, sdk/go/common/tokens). */
function stackProblem(text: string, isFree: (stack: string) => boolean): AnswerProblem | undefined {
  if (!/^[\w.-]{1,100}$/.test(text)) {
    return {
      message: `${quoted(text)} is not the name of a stack`,
      allowed: "1 to 100 letters, digits, '_', '-' and '.'",
    };
  }
  if (isFree(text)) return undefined;
  return {
    message: `Pulumi.${text}.yaml has a configuration already`,
    fix: "give another name, or --force to write it anew",
  };
}

function countProblem(text: string, answers: Answers): AnswerProblem | undefined {
  const [ids, orgs] = [listOf(text), orgsOf(answers)];
  if (ids.length === orgs.length) return undefined;
  return {
    message: `${counted(ids.length, "id")} for ${counted(orgs.length, "organisation")}`,
    allowed: `one for each, in this order: ${orgs.map(({ name }) => name).join(", ")}`,
  };
}
