/**
 * What a page does beyond being read, where scripts may run: it tells its age, says when it is old, and copies commands.
 * `<` stands nowhere in it that an HTML parser could take for a tag.
 */
export const SCRIPT = `
(() => {
  const read = document.querySelector("time[data-old]");
  const verdict = document.querySelector(".verdict");
  const units = [[86400, "d"], [3600, "h"], [60, "min"]];
  const tell = () => {
    const seconds = (Date.now() - Date.parse(read.dateTime)) / 1000;
    const unit = units.find(([size]) => seconds >= size);
    const words = unit ? Math.floor(seconds / unit[0]) + " " + unit[1] + " ago" : "just now";
    document.querySelector(".age").textContent = " (" + words + ")";
    if (seconds > Number(read.dataset.old)) {
      document.querySelector("p.old").hidden = false;
      if (verdict.classList.replace("ok", "unknown"))
        verdict.querySelector("use").setAttribute("href", "#i-unknown");
    }
  };
  tell();
  setInterval(tell, 10000);

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  for (const block of document.querySelectorAll("pre.fix")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = "Copied";
      } catch {
        select(block);
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    block.before(button);
  }
})();
`;
