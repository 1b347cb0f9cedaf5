/** Says what is going on while it lasts, and how long it took. */
export interface Progress {
  during<T>(text: string, work: Work<T>): Promise<T>;
}

/** What lasts; it may say how far it is. */
type Work<T> = (say: (detail: string) => void) => Promise<T>;

/** How often a log without a terminal hears of a work that goes on. */
const HEARTBEAT_SECONDS = 60;

/** On a terminal one line that counts the seconds; elsewhere a line at the start, one a minute, and one at the end. */
export function showProgress(output: NodeJS.WriteStream): Progress {
  return { during: (text, work) => (output.isTTY ? onTerminal(output, text, work) : inLog(output, text, work)) };
}

async function onTerminal<T>(output: NodeJS.WriteStream, text: string, work: Work<T>): Promise<T> {
  const started = Date.now();
  let detail = "";
  const line = () => `${text}: ${elapsed(started)}${detail ? `, ${detail}` : ""}`;
  const timer = setInterval(() => output.write(`\r\u001b[K${line()}`), 1000);
  output.write(`${text} …`);
  try {
    return await work((said) => {
      detail = said;
    });
  } finally {
    clearInterval(timer);
    output.write(`\r\u001b[K${line()}\n`);
  }
}

async function inLog<T>(output: NodeJS.WriteStream, text: string, work: Work<T>): Promise<T> {
  const started = Date.now();
  let detail = "";
  output.write(`${text} …\n`);
  const timer = setInterval(() => {
    output.write(`  still at it after ${elapsed(started)}${detail ? `, ${detail}` : ""}\n`);
  }, HEARTBEAT_SECONDS * 1000);
  try {
    return await work((said) => {
      detail = said;
    });
  } finally {
    clearInterval(timer);
    output.write(`${text}: ${elapsed(started)}\n`);
  }
}

/** `4 s`, `3 min 12 s`. */
export function elapsed(since: number, now = Date.now()): string {
  const seconds = Math.round((now - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
