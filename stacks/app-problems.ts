import { setSecret } from "./config/problems";
import type { SecretKey } from "./config/schema";
import { NoReply, type Reply, redirectOf } from "./app-api";

/** What an App was asked about, in the words of the stack file. */
export interface AppQuestion {
  /** The organisation's name in arc:orgs. */
  org: string;
  /** The organisation, or a repository of it. */
  target: string;
  /** `GitHub App (id 123456)` */
  app: string;
  /** Key of the App's id: `githubApp.appId`. */
  idKey: string;
  /** Key of its private key. */
  secretKey: SecretKey;
  /** Base of the REST API. */
  api: string;
}

/** What is allowed, and what to do. */
type Remedy = [allowed: string, fix: string];

/** Why the App's installation is not known: what GitHub said, or that it said nothing, and what to do about it. */
export function appProblem(question: AppQuestion, failure: Reply | Error): string {
  const [allowed, fix] =
    failure instanceof Error ? withoutReply(question, failure) : (forReply(question, failure) ?? noApi(question));
  const said = failure instanceof Error ? failure.message : `GitHub answered ${failure.status}${wordsOf(failure)}`;
  return [
    `The installation of the ${question.app} on ${question.target} could not be looked up: ${said}`,
    `  allowed: ${allowed}`,
    `  fix: ${fix}; or write the id into the file: installationId of ${question.org} in arc:orgs`,
  ].join("\n");
}

/** GitHub's own words, where it is GitHub that answers. */
export function messageOf({ data }: Reply): string | undefined {
  const message = typeof data === "object" && data !== null && "message" in data ? data.message : undefined;
  return typeof message === "string" ? message : undefined;
}

function wordsOf(reply: Reply): string {
  const message = messageOf(reply);
  return message === undefined ? "" : `: ${message}`;
}

/** Failures of OpenSSL that a certificate authority mends which Node.js does not know. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

function withoutReply({ api }: AppQuestion, failure: Error): Remedy {
  const { origin } = new URL(api);
  const code = failure instanceof NoReply ? (failure.code ?? "") : "";
  if (UNTRUSTED.test(code)) {
    return ["a certificate that Node.js trusts", "name a file with its authority, PEM, in NODE_EXTRA_CA_CERTS"];
  }
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
  return [
    `${origin} can be reached from here`,
    proxy && !process.env.NODE_USE_ENV_PROXY
      ? "set NODE_USE_ENV_PROXY=1: without it Node.js does not use HTTPS_PROXY (24 or newer, and 22.21, can)"
      : "check the network, and arc:githubApp.apiUrl",
  ];
}

function forReply(question: AppQuestion, reply: Reply): Remedy | undefined {
  const { status } = reply;
  const message = messageOf(reply);
  if (status >= 500) return ["a GitHub that works", "run it again later; https://www.githubstatus.com tells more"];
  if (status >= 300 && status < 400) return moved(question, reply);
  if (message === undefined) return undefined;
  // GitHub says either, depending on what of the two it looks at first.
  if (status === 401 || /integration not found/i.test(message)) return refused(question, message);
  if (isLimited(reply, message)) return ["fewer requests", `wait ${waitOf(reply)}`];
  if (/ip allow list/i.test(message)) {
    return [`an address on the IP allow list of ${question.org}`, "run it from there, or add this address to the list"];
  }
  if (status === 403) {
    return [`an App that ${question.org} has not blocked or suspended`, `ask an owner of ${question.org}`];
  }
  return undefined;
}

function refused({ idKey, secretKey, app }: AppQuestion, message: string): Remedy {
  if (/'(Issued at|Expiration time)' claim/i.test(message)) {
    return ["a clock that is right to the minute", "set the clock of this machine"];
  }
  return [
    `a private key of this ${app} that its settings page still lists`,
    `compare arc:${idKey} with that page, or run: ${setSecret(secretKey)} < private-key.pem`,
  ];
}

function moved({ api }: AppQuestion, reply: Reply): Remedy {
  const target = redirectOf(reply, api);
  if (!target || target.origin === new URL(api).origin) return ["an address that has not moved", "correct the address"];
  return [
    `the address of the API itself; this one sends on to ${target.origin}`,
    `set arc:githubApp.apiUrl to the one below ${target.origin}`,
  ];
}

function noApi({ api }: AppQuestion): Remedy {
  return [
    "the base URL of GitHub's REST API, on a server of your own https://<host>/api/v3/",
    `correct arc:githubApp.apiUrl, which leads to ${api}`,
  ];
}

function isLimited({ status, headers }: Reply, message: string): boolean {
  return (
    status === 429 || (status === 403 && (headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message)))
  );
}

/** How long, as GitHub says (docs: "Rate limits for the REST API"): a minute where it does not. */
function waitOf({ headers }: Reply): string {
  const until = Number(headers["x-ratelimit-reset"]) - Date.now() / 1000;
  const seconds = Math.ceil(
    Number(headers["retry-after"]) || (headers["x-ratelimit-remaining"] === "0" && until) || 60,
  );
  return seconds > 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}
