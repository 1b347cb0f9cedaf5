/** Shells that complete `arc`. */
export const Shell = { Bash: "bash", Zsh: "zsh", Fish: "fish" } as const;

/** One of {@link Shell}. */
export type Shell = (typeof Shell)[keyof typeof Shell];

// Each asks the program that is on the command line, so what it completes is never older than what it runs.

const BASH = `# bash completion for arc, and for bin/arc
_arc_complete() {
  local line program=\${COMP_WORDS[0]/#\\~/$HOME}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :file) compopt -o default 2>/dev/null; return ;;
      :dir) compopt -o dirnames 2>/dev/null; return ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("$program" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _arc_complete arc
`;

const ZSH = `#compdef arc
# zsh completion for arc, and for bin/arc
_arc() {
  local line
  local -a found
  for line in "\${(@f)$("\${words[1]/#\\~/$HOME}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      "") ;;
      :file) _files; return ;;
      :dir) _files -/; return ;;
      *$'\\t'*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) found+=("\${line//:/\\\\:}") ;;
    esac
  done
  _describe arc found
}
if [ "$funcstack[1]" = "_arc" ]; then _arc "$@"; else compdef _arc arc; fi
`;

const FISH = `# fish completion for arc, and for bin/arc
function __arc_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    for line in ($program complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':file'
                __fish_complete_path (commandline -ct)
            case ':dir'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c arc -f -a '(__arc_complete)'
`;

/** The script that makes a shell complete `arc`. */
export const SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };
