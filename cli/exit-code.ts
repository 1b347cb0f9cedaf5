/** What a command leaves behind: 0 fine, 1 it found problems, 2 it could not do its work. */
export const ExitCode = { Ok: 0, Problems: 1, Crash: 2 } as const;
