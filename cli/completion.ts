/** `netverdict completion`: a script for the shell, made from the commands and options that there are. */
import { Argument, type Command } from "commander";
import { bashCompletion } from "./completion-bash.ts";
import { fishCompletion } from "./completion-fish.ts";
import { zshCompletion } from "./completion-zsh.ts";
import { EXIT } from "./exit.ts";
import { type Manual, withManual } from "./manual.ts";
import { print } from "./output.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const MANUAL: Manual = {
  summary: "print a script that completes commands and options in the shell",
  about: ["Prints a script for bash, zsh or fish that completes commands, options and what an option can be."],
  statuses: [
    ["0", "printed"],
    ["2", "a shell that it does not know"],
  ],
  examples: [
    { says: "In bash, as a line of ~/.bashrc", run: "source <(netverdict completion bash)" },
    { says: "In zsh", run: 'netverdict completion zsh > "$fpath[1]/_netverdict"' },
    { says: "In fish", run: "netverdict completion fish > ~/.config/fish/completions/netverdict.fish" },
  ],
};

/** Adds the command to the program; it must be the last, for it knows those before it. */
export function addCompletion(program: Command): void {
  withManual(program.command("completion"), MANUAL)
    .addArgument(new Argument("<shell>", "the shell: bash, zsh or fish").choices(SHELLS))
    .action(async (shell: Shell) => {
      await print({ bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell](program));
      process.exitCode = EXIT.allowed;
    });
}
