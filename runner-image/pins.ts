/** What the Dockerfile takes from elsewhere: versions, and the digests that hold them to what was looked at. */
export interface Pins {
  runner: { version: string; digest: string };
  gh: GhPin;
}

/** A release of the gh CLI, with the SHA-256 of its archive for each processor. */
export interface GhPin {
  version: string;
  sha256: Record<Architecture, string>;
}

/** The processors that the image is built for. */
export const ARCHITECTURES = ["amd64", "arm64"] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** GitHub's image of the runner. */
export const OFFICIAL_IMAGE = "ghcr.io/actions/actions-runner";

const RUNNER = new RegExp(`${OFFICIAL_IMAGE}:(\\d+\\.\\d+\\.\\d+)@(sha256:[0-9a-f]{64})`);
const BASE_NAME = new RegExp(`(image\\.base\\.name=")${OFFICIAL_IMAGE}:[^"]*`);

/** @throws {Error} when the Dockerfile has another form than {@link withPins} can write. */
export function pinsOf(dockerfile: string): Pins {
  const runner = RUNNER.exec(dockerfile);
  const archives = ARCHITECTURES.map(
    (architecture) => [architecture, ghArchive(architecture).exec(dockerfile)] as const,
  );
  if (!runner || archives.some(([, found]) => !found))
    throw new Error("the Dockerfile does not name its pins as expected");
  const versions = new Set(archives.map(([, found]) => found![2]!));
  if (versions.size > 1) throw new Error(`the Dockerfile has more than one gh: ${[...versions].join(", ")}`);
  return {
    runner: { version: runner[1]!, digest: runner[2]! },
    gh: {
      version: [...versions][0]!,
      sha256: Object.fromEntries(
        archives.map(([architecture, found]) => [architecture, found![1]!]),
      ) as GhPin["sha256"],
    },
  };
}

/** The Dockerfile with other pins; all else stays as it is. */
export function withPins(dockerfile: string, { runner, gh }: Pins): string {
  const base = dockerfile
    .replace(RUNNER, `${OFFICIAL_IMAGE}:${runner.version}@${runner.digest}`)
    .replace(BASE_NAME, `$1${OFFICIAL_IMAGE}:${runner.version}`);
  return ARCHITECTURES.reduce(
    (text, architecture) => text.replace(ghArchive(architecture), ghLine(gh, architecture)),
    base,
  );
}

/** Name of the archive of a release, as in its list of checksums. */
export function ghArchiveName(version: string, architecture: Architecture): string {
  return `gh_${version}_linux_${architecture}.tar.gz`;
}

function ghLine({ version, sha256 }: GhPin, architecture: Architecture): string {
  const address = `https://github.com/cli/cli/releases/download/v${version}/${ghArchiveName(version, architecture)}`;
  return `--checksum=sha256:${sha256[architecture]} ${address}`;
}

function ghArchive(architecture: Architecture): RegExp {
  const version = "(\\d+\\.\\d+\\.\\d+)";
  return new RegExp(
    `--checksum=sha256:([0-9a-f]{64}) https://github\\.com/cli/cli/releases/download/v${version}/gh_\\2_linux_${architecture}\\.tar\\.gz`,
  );
}
