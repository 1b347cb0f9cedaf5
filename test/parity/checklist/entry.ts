/** A test of ours: its file below `test`, and the title of an `it`, or of a `describe` with all around it, for each `it` in it. */
export interface Proof {
  file: string;
  title: string;
}

/** A test of the official charts, or a file of tests, and where ours prove the same. */
export interface ChartTest {
  name: string;
  /** Tests in the file. @default 1 */
  cases?: number;
  /** Tests of ours that prove the same. */
  covered?: Proof[];
  /** Why there is nothing to prove here, for all of it or for the cases that are named. */
  notApplicable?: string;
  /** What is not there yet; fails the test of this list. */
  missing?: string;
}

/** Tests of one file, by their titles. */
export function proofs(file: string, ...titles: string[]): Proof[] {
  return titles.map((title) => ({ file, title }));
}

/** The comparison of our objects with a rendering, for example `scale-set/minimal`. */
export function rendered(...renderings: string[]): Proof[] {
  return renderings.flatMap((rendering) =>
    proofs(
      `parity/${rendering.split("/")[0]}.test.ts`,
      `differs for ${rendering} in nothing that is not listed, and in all that is`,
    ),
  );
}

/** The refusal of a mistake, by upstream's message. */
export function refused(...messages: string[]): Proof[] {
  return proofs("parity/refusals.test.ts", ...messages.map((message) => `is refused in a stack file: ${message}`));
}
