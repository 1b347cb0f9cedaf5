import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../../stacks/diagnostic";
import { parse } from "yaml";
import { checkedRaw } from "../checked-stack";
import type { Answers } from "../init/answers";
import { type AnswerProblem, answerProblem } from "../init/check-answer";
import { fileText, hasConfig, keptOf } from "../init/file-text";
import { nextSteps } from "../init/next-steps";
import { type Question, questions } from "../init/questions";
import type { PreviewReport } from "../preview/report";
import { asStack, asStackFile, StackFileError, stackFileName } from "../stack-file";
import { writeWhole } from "../write-whole";
import { preview } from "./preview";

/** Options of `arc init`. */
export interface InitOptions {
  /** The project's folder. */
  root: string;
  /** What the flags say. */
  given: Answers;
  /** Write a stack file anew that is there already. */
  force: boolean;
}

/** What became of `arc init`; what `--json` prints. */
export interface InitReport {
  stack: string;
  file: string;
  /** What stands in the way; then nothing was written. */
  problems: Diagnostic[];
  text: string;
  written: boolean;
  preview?: PreviewReport;
  /** The next commands. */
  next: string[];
}

const UNUSED: AnswerProblem = {
  message: "has no place in the stack file with the other answers",
  fix: "leave it out",
};

function isUnused({ isOpen }: Question, answers: Answers): boolean {
  return isOpen !== undefined && !isOpen(answers);
}

/** `arc init` between its parts: what is asked, what is wrong with an answer, and what comes of all. */
export class Init {
  private readonly asked: Question[];

  constructor(private readonly options: InitOptions) {
    // Outside of a project there is nothing to add a stack to.
    asStackFile(options.root, {});
    this.asked = questions((stack) => this.isFree(stack));
  }

  /** The first question that the answers leave open. */
  open(answers: Answers): Question | undefined {
    return this.asked.find((question) => answers[question.key] === undefined && (question.isOpen?.(answers) ?? true));
  }

  problem(question: Question, text: string, answers: Answers): AnswerProblem | undefined {
    return answerProblem(this.options.root, question, text, answers, (stack) => this.isFree(stack));
  }

  /** The answers with what is taken where nobody answers, and the questions that need somebody. */
  settled(given: Answers): { answers: Answers; missing: Question[] } {
    const missing: Question[] = [];
    const answers = this.asked.reduce<Answers>((sofar, question) => {
      if (sofar[question.key] !== undefined || !(question.isOpen?.(sofar) ?? true)) return sofar;
      const fallback = question.fallback?.(sofar);
      if (fallback === undefined || fallback === "") missing.push(question);
      return fallback === undefined ? sofar : { ...sofar, [question.key]: fallback };
    }, given);
    return { answers, missing };
  }

  /** What is wrong with the answers that were given, each with its flag. */
  problemsOf(given: Answers): { flag: string; problem: AnswerProblem }[] {
    const isChoice = ({ key, choices }: Question) =>
      !choices || given[key] === undefined || choices.some(({ value }) => value === given[key]);
    // What follows from a choice that there is not means nothing.
    const known = this.asked.filter(isChoice).map(({ key }) => [key, given[key]]);
    const { answers } = this.settled(Object.fromEntries(known) as Answers);
    return this.asked.flatMap((question) => {
      const text = given[question.key];
      if (text === undefined) return [];
      const problem = isUnused(question, answers) ? UNUSED : this.problem(question, text, answers);
      return problem ? [{ flag: question.flag, problem }] : [];
    });
  }

  /** The stack file of the answers, checked; not written yet. */
  draft(answers: Answers): InitReport & { notSet: Diagnostic[] } {
    const file = stackFileName(answers.stack!);
    const text = fileText(answers, keptOf(this.textOf(answers.stack!)));
    const { config } = parse(text) as { config: Record<string, unknown> };
    const { problems, notSet } = checkedRaw(asStack(this.options.root, answers.stack!, config));
    const next = nextSteps(answers, notSet);
    return { stack: answers.stack!, file, problems, text, written: false, next, notSet };
  }

  /** Writes a draft and looks at what it would deploy. */
  async write({ notSet: _notSet, ...report }: ReturnType<Init["draft"]>): Promise<InitReport> {
    const { root } = this.options;
    await writeWhole(path.join(root, report.file), report.text);
    const shown = await preview({ root, stack: report.stack, out: "out", graph: false, offline: false });
    return { ...report, written: true, preview: shown };
  }

  private isFree(stack: string): boolean {
    return this.options.force || !hasConfig(this.textOf(stack));
  }

  private textOf(stack: string): string {
    const file = path.join(this.options.root, stackFileName(stack));
    if (!existsSync(file)) return "";
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      throw new StackFileError(`${file} cannot be read: ${(error as Error).message}`);
    }
  }
}
