/** A command line as a page shows it. */
export interface PageCommand {
  line: string;
  /** The words before the first flag or argument: `heal drain`, `stack export`. */
  command: string;
  /** Flags in their order, without values. */
  flags: string[];
}

/** A fenced block, also one that is part of a list. */
const FENCED = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Every use of a program in the shell blocks of a page and in its running text. */
export function commandsOf(page: string, program: string): PageCommand[] {
  const shell = [...page.matchAll(FENCED)].filter(([, , language]) => language === "sh");
  const inline = page.replace(FENCED, "").matchAll(/`([^`\n]+)`/g);
  const lines = [...shell.flatMap(([, , , text]) => text!.split("\n")), ...[...inline].map(([, text]) => text!)];
  return lines.flatMap((each) => {
    const line = each
      .trim()
      .replace(/ #.*$/, "")
      .replace(/^(?:\w+=\S+ )+/, "");
    return line === program || line.startsWith(`${program} `) ? [parsed(line, program)] : [];
  });
}

function parsed(line: string, program: string): PageCommand {
  const words = line.slice(program.length).trim().split(/\s+/).filter(Boolean);
  const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  const command = (end === -1 ? words : words.slice(0, end)).join(" ");
  return { line, command, flags: words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0]!) };
}
