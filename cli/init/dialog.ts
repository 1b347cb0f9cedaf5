import type { Readable, Writable } from "node:stream";
import type { AnswerKey, Answers } from "./answers";
import { type AnswerProblem, problemLine } from "./check-answer";
import type { Question } from "./questions";

/** Where a person is asked. */
export interface Console {
  input: Readable;
  output: Writable;
}

/** Asks what is open, one question after the other; nothing when the person gave up. */
export async function ask(
  open: (answers: Answers) => Question | undefined,
  given: Answers,
  problem: (question: Question, text: string, answers: Answers) => AnswerProblem | undefined,
  console: Console,
): Promise<Answers | undefined> {
  const { isCancel } = await import("@clack/prompts");
  let answers = given;
  for (let question = open(answers); question; question = open(answers)) {
    const answer = await asked(question, answers, (text) => problem(question!, text, answers), console);
    if (isCancel(answer)) return undefined;
    answers = { ...answers, [question.key satisfies AnswerKey]: answer };
  }
  return answers;
}

async function asked(
  { message, choices, fallback }: Question,
  answers: Answers,
  problem: (text: string) => AnswerProblem | undefined,
  console: Console,
): Promise<string | symbol> {
  const { select, text } = await import("@clack/prompts");
  const initial = fallback?.(answers);
  if (choices) {
    const options = choices.map(({ value, label }) => ({ value, label: `${value}: ${label}` }));
    return select({ message, options, ...(initial ? { initialValue: initial } : {}), ...console });
  }
  const answer = await text({
    message,
    ...(initial ? { defaultValue: initial, placeholder: initial } : {}),
    validate: (typed) => {
      const wrong = problem(typed?.trim() || initial || "");
      return wrong && problemLine(wrong);
    },
    ...console,
  });
  return typeof answer === "string" ? answer.trim() : answer;
}
