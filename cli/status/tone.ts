import { Harm } from "../doctor/rule";

/** How bad something is, the worst first: what a colour and a sign stand for, always beside words. */
export const Tone = {
  Bad: "bad",
  Warn: "warn",
  Note: "note",
  /** Not seen, or not enough of it to call it sound. */
  Unknown: "unknown",
  Ok: "ok",
} as const;
export type Tone = (typeof Tone)[keyof typeof Tone];

const TONES: Record<Harm, Tone> = {
  [Harm.Loses]: Tone.Bad,
  [Harm.Stops]: Tone.Bad,
  [Harm.Slows]: Tone.Warn,
  [Harm.Risk]: Tone.Note,
};

export function toneOf(harm: Harm): Tone {
  return TONES[harm];
}

/** The sign of a tone where there is only text. */
export const SIGNS: Record<Tone, string> = { bad: "✗", warn: "!", note: "!", unknown: "?", ok: "✓" };
