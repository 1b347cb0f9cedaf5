import * as semver from "semver";
import type { RunnerImage } from "../stacks/config/runner-image";
import { ARCHITECTURES, type GhPin, ghArchiveName, OFFICIAL_IMAGE, type Pins } from "./pins";

/** Where releases and images are asked for. */
export interface Sources {
  /** API of GitHub. @example "https://api.github.com" */
  api: string;
  /** GitHub's pages, which have the files of releases. */
  github: string;
  /** The registry of GitHub's image. */
  registry: string;
  /** Against GitHub's limit for those who do not say who they are. */
  token?: string;
}

export const GITHUB: Sources = {
  api: "https://api.github.com",
  github: "https://github.com",
  registry: "https://ghcr.io",
};

/** The newest of all that the image is built from. */
export interface Newest {
  runner: RunnerImage["runner"];
  gh: GhPin;
}

/** Asks for the newest releases. What is there already is never replaced by something older. */
export async function newest(pins: Pins, runner: RunnerImage["runner"], sources: Sources = GITHUB): Promise<Newest> {
  return { runner: await newestRunner(runner, sources), gh: await newestGh(pins.gh, sources) };
}

async function newestRunner(now: RunnerImage["runner"], sources: Sources): Promise<RunnerImage["runner"]> {
  const release = await latestRelease("actions/runner", sources);
  const isNewer = semver.gt(release.version, now.version);
  const version = isNewer ? release.version : now.version;
  const digest = await digestOf(version, sources);
  // GitHub publishes a release some time before its image.
  if (digest === undefined) return now;
  return { version, published: isNewer ? release.published : now.published, digest };
}

async function newestGh(now: GhPin, sources: Sources): Promise<GhPin> {
  const { version } = await latestRelease("cli/cli", sources);
  if (!semver.gt(version, now.version)) return now;
  const address = `${sources.github}/cli/cli/releases/download/v${version}/gh_${version}_checksums.txt`;
  const lines = (await (await asked(address)).text()).split("\n");
  const sha256 = ARCHITECTURES.map((architecture) => {
    const name = ghArchiveName(version, architecture);
    const sum = lines
      .map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trim()))
      .find((line) => line?.[2] === name)?.[1];
    if (!sum) throw new Error(`${address} has no checksum of ${name}`);
    return [architecture, sum] as const;
  });
  return { version, sha256: Object.fromEntries(sha256) as GhPin["sha256"] };
}

async function latestRelease(repository: string, { api, token }: Sources) {
  const address = `${api}/repos/${repository}/releases/latest`;
  const headers = new Headers({ accept: "application/vnd.github+json" });
  if (token) headers.set("authorization", `Bearer ${token}`);
  const release = (await (await asked(address, { headers })).json()) as { tag_name?: string; published_at?: string };
  const version = /^v(\d+\.\d+\.\d+)$/.exec(release.tag_name ?? "")?.[1];
  const published = /^\d{4}-\d{2}-\d{2}/.exec(release.published_at ?? "")?.[0];
  if (!version || !published) throw new Error(`${address} names no version and day`);
  return { version, published };
}

const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** The digest of GitHub's image of a version, for all processors; undefined when there is none yet. */
async function digestOf(version: string, { registry }: Sources): Promise<string | undefined> {
  const name = OFFICIAL_IMAGE.replace(/^[^/]*\//, "");
  // Public images are read with a token too; the registry gives it to everybody.
  const pass = await asked(`${registry}/token?service=ghcr.io&scope=repository:${name}:pull`);
  const { token } = (await pass.json()) as { token: string };
  const address = `${registry}/v2/${name}/manifests/${version}`;
  const headers = { authorization: `Bearer ${token}`, accept: INDEXES.join(", ") };
  const response = await fetch(address, { method: "HEAD", headers });
  if (response.status === 404) return undefined;
  const digest = response.headers.get("docker-content-digest");
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  if (!digest || !/^sha256:[0-9a-f]{64}$/.test(digest) || !INDEXES.includes(type)) {
    throw new Error(`${address} is no image for several processors`);
  }
  return digest;
}

async function asked(address: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(address, init);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response;
}
