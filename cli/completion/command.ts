import { Argument, type Command } from "commander";
import { SCRIPTS, Shell } from "./scripts";

/** Adds `arc completion`. */
export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .description("Print the script that makes a shell complete commands, flags, stacks and runner sets.")
    .addArgument(new Argument("<shell>", "which shell").choices(Object.values(Shell)))
    .addHelpText(
      "after",
      `
Examples:
  source <(bin/arc completion bash)                                              this session
  bin/arc completion bash > ~/.local/share/bash-completion/completions/arc       bash, with bash-completion
  bin/arc completion zsh > "\${fpath[1]}/_arc"                                    zsh, a folder of fpath
  bin/arc completion fish > ~/.config/fish/completions/arc.fish                  fish

It completes arc and bin/arc, and asks the one that is on the command line.`,
    )
    .action((shell: Shell) => {
      process.stdout.write(SCRIPTS[shell]);
    });
}
