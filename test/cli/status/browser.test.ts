import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DoctorReport } from "../../../cli/doctor/report";
import { failurePage, type PageOptions, statusPage } from "../../../cli/status/page";
import { ROOT, temporaryFolder } from "../../support/arc";
import { Chromium, type Page, requireChromium, type View } from "../../support/chromium";
import { badDay, finding, hostile, report } from "./reports";

/** Where every run leaves its pictures, for people to look at. */
const PICTURES = path.join(tmpdir(), "arc-status-pictures");
/** What docs/status.md shows: UPDATE_GOLDEN=1 renews it. */
const PICTURE = path.join(ROOT, "docs/images/status.png");
const DOCS = { docs: "https://git.example/arc/blob/main" };

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };
const VIEWS: View[] = [PHONE, DESK].flatMap((size) =>
  (["light", "dark"] as const).map((scheme) => ({ ...size, scheme })),
);

describe("The status page in Chromium", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let browser: Chromium;
  before(function () {
    this.timeout(300_000);
    browser = Chromium.start(requireChromium(this));
    mkdirSync(PICTURES, { recursive: true });
  });
  after(async () => {
    await browser?.stop();
    folder.remove();
  });

  function written(text: string): string {
    const file = path.join(folder.path, "status.html");
    writeFileSync(file, text);
    return file;
  }
  const open = <T>(text: string, view: View, work: (page: Page) => Promise<T>) =>
    browser.open(written(text), view, work);
  /** A page of a report that was read just now. */
  const fresh = (of: DoctorReport, options: PageOptions = {}) =>
    statusPage({ ...of, at: new Date().toISOString() }, options);

  const pages: [string, () => string][] = [
    ["bad-day", () => fresh(badDay(), DOCS)],
    ["sound", () => fresh(report())],
    ["hostile", () => fresh(hostile())],
    ["unreadable", () => failurePage({ stack: "prod", at: new Date().toISOString(), why: "x".repeat(400) }, {})],
  ];
  for (const [name, text] of pages) {
    for (const view of VIEWS) {
      it(`shows ${name}, ${view.width} pixels wide and ${view.scheme}: whole, legible, and on its own`, async () => {
        await open(text(), view, async (page) => {
          await page.screenshot(path.join(PICTURES, `${name}-${view.width}-${view.scheme}.png`));
          assert.deepEqual(await page.evaluate(WIDER_THAN_THE_SCREEN), []);
          assert.deepEqual(await page.evaluate(HARD_TO_READ), []);
          assert.deepEqual(await page.evaluate("[...document.querySelectorAll('img, [onmouseover]')].length"), 0);
          assert.deepEqual(page.behaviour, { messages: [], requests: [] });
        });
      });
    }
  }

  if (process.env.UPDATE_GOLDEN === "1")
    it("renews the picture of the documentation", async () => {
      mkdirSync(path.dirname(PICTURE), { recursive: true });
      const { sets, findings, ...rest } = badDay();
      const isShown = (text: string) => /acme|globex-linux-large/.test(text);
      const shown = {
        ...rest,
        sets: sets.filter(({ name }) => isShown(name)),
        findings: findings.filter(({ set }) => isShown(set!)),
      };
      await open(fresh(shown, DOCS), { ...DESK, width: 1100, scheme: "light" }, async (page) => {
        const end = await page.evaluate<number>("document.querySelector('#finding-1').getBoundingClientRect().bottom");
        await page.screenshot(PICTURE, Math.ceil(end) + 10);
      });
    });

  it("says without scripts all that it says with them", async () => {
    const text = statusPage({ ...badDay(), at: new Date(Date.now() - 2 * 86_400_000).toISOString() }, {});
    const words = (scripts: boolean) =>
      open(text, { ...DESK, scheme: "light", scripts }, (page) => page.evaluate<string>("document.body.innerText"));
    const [without, withScripts] = [await words(false), await words(true)];
    assert.doesNotMatch(without, /Copy| ago\)/);
    const added = / \(\d+ d ago\)|This page is old: the cluster may have changed since\.|^Copy$/gm;
    const lines = (text: string) => text.split("\n").filter(Boolean);
    assert.deepEqual(lines(withScripts.replace(added, "")), lines(without));
  });

  it("is a table for whoever hears it, also where it looks like cards", async () => {
    await open(fresh(report()), { ...PHONE, scheme: "light" }, async (page) => {
      const roles = await page.roles();
      const count = (role: string) => roles.filter((each) => each === role).length;
      assert.deepEqual(["table", "row", "columnheader", "rowheader", "cell"].map(count), [1, 3, 6, 2, 10]);
    });
  });

  it("says how old it is, and when it is old no longer that all is well", async () => {
    const at = new Date(Date.now() - 2 * 3600_000 - 5000).toISOString();
    const told = (text: string) =>
      open(text, { ...DESK, scheme: "light" }, (page) =>
        page.evaluate(
          "[document.querySelector('.verdict').className, document.querySelector('.age').innerText.trim()," +
            " document.querySelector('p.old').hidden, document.querySelector('.verdict use').getAttribute('href')]",
        ),
      );
    assert.deepEqual(await told(fresh(report())), ["verdict ok", "(just now)", true, "#i-ok"]);
    assert.deepEqual(await told(statusPage(report({ at }), {})), ["verdict unknown", "(2 h ago)", false, "#i-unknown"]);
    const found = report({ at, findings: [finding()] });
    assert.deepEqual(await told(statusPage(found, {})), ["verdict bad", "(2 h ago)", false, "#i-bad"]);
  });

  it("hands over the commands of a fix as they are, one press for each block", async () => {
    await open(fresh(badDay()), { ...DESK, scheme: "light" }, async (page) => {
      await page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } })",
      );
      const [buttons, copied, says] = await page.evaluate<[number, string, string]>(`(async () => {
        const buttons = document.querySelectorAll("button");
        buttons[0].click();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return [buttons.length, window.copied, buttons[0].textContent];
      })()`);
      const { findings } = badDay();
      assert.deepEqual([buttons, copied, says], [findings.length, findings[0]!.fix.join("\n"), "Copied"]);
    });
  });

  it("selects the commands where nothing may be copied", async () => {
    await open(fresh(badDay()), { ...DESK, scheme: "light" }, async (page) => {
      const selected = await page.evaluate<string>(`(async () => {
        Object.defineProperty(navigator, "clipboard", { value: undefined });
        document.querySelector("button").click();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return getSelection().toString();
      })()`);
      assert.equal(selected, badDay().findings[0]!.fix.join("\n"));
    });
  });

  it("prints everything, what is folded too, as wide as the paper", async () => {
    const findings = Array.from({ length: 5 }, (_, index) =>
      finding({ what: `set-${index}`, evidence: [`seen-${index}`] }),
    );
    await open(
      fresh(report({ findings })),
      { width: 720, height: 1000, scheme: "dark", media: "print" },
      async (page) => {
        await page.screenshot(path.join(PICTURES, "print.png"));
        assert.deepEqual(await page.evaluate(WIDER_THAN_THE_SCREEN), []);
        assert.deepEqual(await page.evaluate(HARD_TO_READ), []);
        const heights = await page.evaluate<number[]>(
          "[...document.querySelectorAll('.seen li')].map((item) => item.getBoundingClientRect().height)",
        );
        assert.equal(heights.length, 5);
        assert.ok(
          heights.every((height) => height > 0),
          heights.join(),
        );
      },
    );
  });
});

/** What is wider than the screen, the whole page first. */
const WIDER_THAN_THE_SCREEN = `
[document.documentElement, ...document.body.querySelectorAll("*:not(svg *)")]
  .filter((node) => node.scrollWidth > innerWidth || node.getBoundingClientRect().right > innerWidth + 0.5)
  .filter((node) => !node.closest("thead") || getComputedStyle(node.closest("thead")).position !== "absolute")
  .map((node) => node.outerHTML.slice(0, 120))`;

/** Texts whose contrast is less than the 4.5 of WCAG 2, level AA. */
const HARD_TO_READ = `
(() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = rgb(color).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const color = node ? getComputedStyle(node).backgroundColor : "rgb(255, 255, 255)";
    return rgb(color)[3] === 0 ? ground(node.parentElement) : color;
  };
  const contrast = (node) => {
    const [a, b] = [luminance(getComputedStyle(node).color), luminance(ground(node))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  return [...document.body.querySelectorAll("*:not(script)")]
    .filter((node) => hasText(node) && contrast(node) < 4.5)
    .map((node) => contrast(node).toFixed(2) + " " + node.outerHTML.slice(0, 120));
})()`;
