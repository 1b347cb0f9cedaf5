import assert from "node:assert/strict";
import { RULES } from "../../../cli/doctor/rules";
import { issueLinks, links } from "../../../cli/status/links";
import { finding } from "./reports";

describe("Links of a finding", () => {
  it("lead to the upstream issues and pages that it names, and leave other words alone", () => {
    const link = (address: string, text: string) => `<a href="${address}" rel="noreferrer">${text}</a>`;
    const arc = "actions/actions-runner-controller";
    assert.equal(
      issueLinks(`${arc}#4561, ${arc}#12; see https://docs.github.com/en/actions?a=1&b=2 and #3`).text,
      `${link(`https://github.com/${arc}/issues/4561`, `${arc}#4561`)}, ` +
        `${link(`https://github.com/${arc}/issues/12`, `${arc}#12`)}; see ` +
        `${link("https://docs.github.com/en/actions?a=1&amp;b=2", "https://docs.github.com/en/actions?a=1&amp;b=2")} and #3`,
    );
  });

  it("are there for whatever a rule of doctor names, with the scheme or without", () => {
    assert.equal(
      issueLinks("docs.github.com/en/actions#x").text,
      '<a href="https://docs.github.com/en/actions#x" rel="noreferrer">docs.github.com/en/actions#x</a>',
    );
    const named = RULES.flatMap(({ issue }) => issue ?? []);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((issue) => !/^<a href="https:\/\/[^"]+" rel="noreferrer">/.test(issueLinks(issue).text)),
      [],
    );
  });

  it("lead nowhere else", () => {
    for (const text of ["javascript:alert(1)", "http://plain.example", "data:text/html,x"])
      assert.doesNotMatch(issueLinks(text).text, /href/);
    assert.doesNotMatch(issueLinks('https://a.example/"onclick="x').text, /"onclick/);
  });

  it("name the page of the docs, and lead to it where an address is given", () => {
    const page = "docs/doctor.md#listenermissing";
    assert.equal(links(finding(), undefined).text, `<code>listener/missing</code> <span>${page}</span>`);
    const address = `https://git.example/arc/blob/main/${page}`;
    for (const site of ["https://git.example/arc/blob/main", "https://git.example/arc/blob/main//"])
      assert.ok(links(finding(), site).text.endsWith(`<a href="${address}" rel="noreferrer">${page}</a>`));
  });
});
