// Ends what the lab started when the lab itself is gone, however it went: its end of this pipe closes even after a
// kill -9. Each line adds a process id, or takes one back with a minus sign. The lab's folder, which has keys and
// tokens in it, goes with the lab.
const folder = process.argv[2];
const running = new Set();

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const pid = Math.abs(Number(line));
    if (line.startsWith("-")) running.delete(pid);
    else running.add(pid);
  })
  .on("close", () => {
    for (const pid of running) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    if (folder) require("node:fs").rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
  });

// Ctrl-C reaches the whole group; the lab stops its services itself and then closes the pipe.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
